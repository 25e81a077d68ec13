"""The topics that every build has, by the words of the metals trade: metals, ores, chemicals, makers, mines."""

from feedgen_smm.models import Topic
from feedgen_smm.topics import Rule

# What tells of all six at once; `base metals` alone is often said of no one of them.
_BASE_METALS = (
    "SMM Morning Comments, SMM Base Metals, LME base metals, SHFE base metals, base metals closed, base metals ended"
)


def _rule(name: str, label: str, *, have: str, shun: str = "") -> Rule:
    return Rule(Topic(name, label), _listed(have), _listed(shun))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(",") if word.strip())


METALS = (
    _rule(
        "copper",
        "Copper",
        have=f"""
        copper, coppers, Cu, red metal, cupric, brass, bronze, 铜, Codelco, Antofagasta, Escondida, El Teniente,
        Chuquicamata, Collahuasi, Los Pelambres, Cobre Panama, Kamoa Kakula, Grasberg, Quellaveco, Las Bambas,
        Cochilco, Q pile, TFM, KFM, Mutanda, Kisanfu, Yangshan premium, Yangshan premiums, premiums in Yangshan,
        {_BASE_METALS}
        """,
        shun="""
        copper coloured, copper colored, copper age, bronze age, bronze medal, bronze medals, top brass, brass
        band
        """,
    ),
    _rule(
        "aluminium",
        "Aluminium",
        have=f"""
        aluminium, aluminum, alumina, bauxite, bauxites, ADC12, A356, A00, Al, anode, anodes, prebaked anode,
        prebaked anodes, aluminous, Chalco, Hongqiao, Rusal, Alcoa, 铝, 铝土矿, 氧化铝,
        {_BASE_METALS}
        """,
        shun="""
        anode materials, anode material, graphite anode, graphite anodes, silicon anode, silicon anodes, copper
        anode, copper anodes, lithium anode, battery anode, battery anodes, anode slime, anode slimes, synthetic
        graphite anode, anode copper, zinc anode, zinc anodes, anode graphite, anode sheets, Al Jazeera, Al Gore,
        et Al
        """,
    ),
    _rule(
        "zinc",
        "Zinc",
        have=f"""
        zinc, Zn, zamak, galvanized, galvanised, galvanizing, galvanising, galvanizers, galvanisers, Nyrstar,
        Antamina, Korea Zinc, 锌,
        {_BASE_METALS}
        """,
        shun="""
        zinc ointment, zinc sunscreen, zinc supplements, zinc tablets
        """,
    ),
    _rule(
        "lead",
        "Lead",
        have=f"""
        lead, Pb, lead acid, spent battery, spent batteries, scrap battery, scrap batteries, waste battery, waste
        batteries, galena, Yuguang Gold and Lead, Yuguang Gold Lead, 铅,
        {_BASE_METALS}
        """,
        shun="""
        lead time, lead times, lead the, lead a, lead an, lead to, lead on, lead in, lead up, lead up to, lead by,
        lead its, lead their, lead his, lead her, lead our, lead this, lead with, lead over, lead from, lead into,
        lead losses, lead gains, take the lead, takes the lead, took the lead, taking the lead, taken the lead, in
        the lead, the lead in, lead way, lead off, lead manager, lead managers, lead researcher, lead researchers,
        lead author, lead authors, lead analyst, lead analysts, lead negotiator, lead negotiators, lead
        underwriter, lead underwriters, lead arranger, lead arrangers, lead investor, lead investors, lead
        contractor, lead engineer, lead role, lead roles, lead singer, lead agency, lead developer, lead
        economist, lead bank, lead banks, lead story, lead declines, lead decliners, lead gainers, lead advisor,
        lead adviser, lead partner, lead architect, lead bookrunner, lead auditor, lead organiser, lead sponsor,
        lead operator, lead indicator, lead indicators, lead rise, to lead, will lead, would lead, could lead, can
        lead, may lead, might lead, should lead, must lead, shall lead, not lead, stocks lead, equities lead,
        shares lead, early lead, widen lead, extends lead, its lead, their lead, wide lead, narrow lead, price
        lead, lead generation, lead market, lead markets, lead free, lead head, lead all, lead losers
        """,
    ),
    _rule(
        "nickel",
        "Nickel",
        have=f"""
        nickel, Ni, NPI, ferronickel, FeNi, MHP, laterite, laterites, nickel pig iron, NCM, NMC, NCA, Tsingshan,
        Norilsk, Nornickel, ternary precursor, ternary precursors, 镍, black mass,
        {_BASE_METALS}
        """,
        shun="""
        nickel and dimed, nickel and dime, nickel and diming, a nickel, nickel silver, nickel hydrogen
        """,
    ),
    _rule(
        "tin",
        "Tin",
        have=f"""
        tin, Sn, tinplate, tin plate, solder, solders, cassiterite, PT Timah, Alphamin, Bisie, stannous, 锡,
        {_BASE_METALS}
        """,
        shun="""
        tin can, tin cans, tin pot, tin hat, tin hats, tin ear, tin foil, tin roof, tin roofs, tin roofed, tin
        soldier, tin soldiers, tin shed, tin sheds, tin god, tin box, tin boxes, tin toy, tin toys, tin man, tin
        whistle, Tin Pan Alley, biscuit tin, biscuit tins, cake tin, tin shack, 无锡, 锡林
        """,
    ),
    _rule(
        "lithium",
        "Lithium",
        have="""
        lithium, Li, spodumene, lepidolite, petalite, LCE, LFP, LiPF6, LMO, LMFP, NCM, NMC, NCA, ternary
        precursor, ternary precursors, Ganfeng, Tianqi, Pilbara Minerals, Albemarle, SQM, lithium carbonate,
        battery grade carbonate, 锂, 碳酸锂, black mass
        """,
        shun="""
        Premier Li, Li Qiang, Li Keqiang, Li Auto, Mr Li, Ms Li, Minister Li, Li Ning, Li Lecheng, Li Chunlin, Li
        Hui, Li Yunze, Vice Premier Li
        """,
    ),
    _rule(
        "cobalt",
        "Cobalt",
        have="""
        cobalt, Co metal, tricobalt, cobaltous, cobalt hydroxide, CMOC, LCO, Huayou Cobalt, TFM, KFM, Mutanda,
        Kisanfu, NCM, NMC, NCA, ternary precursor, ternary precursors, 钴, black mass
        """,
        shun="""
        cobalt blue, cobalt coloured, cobalt 60, cobalt therapy
        """,
    ),
    _rule(
        "rare-earths",
        "Rare earths",
        have="""
        rare earth, rare earths, NdFeB, neodymium, praseodymium, dysprosium, terbium, PrNd, NdPr, Pr Nd, Nd Pr,
        samarium, gadolinium, lanthanum, cerium, yttrium, holmium, erbium, europium, lutetium, ytterbium,
        scandium, permanent magnet, permanent magnets, REE, REO, Lynas, MP Materials, Mountain Pass, bastnaesite,
        monazite, ion adsorption, SmCo, 稀土, 镨, 钕, 镝, 铽
        """,
        shun="""

        """,
    ),
    _rule(
        "steel-iron-ore",
        "Steel and iron ore",
        have="""
        steel, steels, steelmaker, steelmakers, steelmaking, steel making, steelworks, iron ore, iron ores, pig
        iron, hot metal, molten iron, rebar, rebars, HRC, CRC, hot rolled, cold rolled, hot rolled coil, wire rod,
        stainless, tinplate, coke, coking coal, met coal, metallurgical coal, blast furnace, blast furnaces, EAF,
        electric arc furnace, electric arc furnaces, DRI, HBI, ferrous, ferrous scrap, billet mill, sinter,
        sintering, galvanized pipe, galvanised pipe, galvanized coil, galvanised coil, Vale, Fortescue, HBIS,
        Ansteel, galvanized sheet, galvanised sheet, galvanized steel, Simandou, Baosteel, Baowu, ArcelorMittal,
        POSCO, pellet premium, iron ore fines, 钢, 铁矿, 螺纹, 焦煤, 焦炭, 生铁
        """,
        shun="""
        nickel pig iron, PT Vale, Vale Indonesia, Vale Base Metals, steel yourself, steel yourselves, steel
        itself, steel themselves, steel oneself, steel nerves, nerves of steel, petroleum coke, pet coke, Diet
        Coke, Coke Zero, non ferrous, nonferrous, man of steel, copper wire rod, aluminium wire rod, aluminum wire
        rod, copper cold rolled, ferrous sulphate, ferrous sulfate, calcined petroleum coke, needle coke
        """,
    ),
    _rule(
        "silicon-solar",
        "Silicon and solar",
        have="""
        silicon metal, metallurgical silicon, industrial silicon, polysilicon, monosilicon, polycrystalline
        silicon, monocrystalline silicon, organic silicon, silicone, silicones, DMC, silicon, solar, PV,
        photovoltaic, photovoltaics, TOPCon, HJT, module prices, wafer prices, n type wafer, n type wafers, p type
        wafers, n type cells, solar cell, solar cells, solar module, solar modules, LONGi, Tongwei, Daqo, GCL,
        工业硅, 多晶硅, 有机硅, 硅, 光伏, 组件
        """,
        shun="""
        Silicon Valley, silicon valley bank, solar system, solar eclipse, solar storm, solar storms, solar flare,
        solar flares, solar plexus, solar year, solar calendar, solar terms, silicon steel, silicon manganese,
        silicon carbide, silicon anode, silicon anodes, dimethyl carbonate, solar orbiter, 硅锰, 硅铁, 硅钢
        """,
    ),
    _rule(
        "gold-silver",
        "Gold and silver",
        have="""
        gold, silver, bullion, Au, Ag, precious metal, precious metals, Newmont, Barrick, XAU, XAG, Grasberg,
        doré, silverware, 黄金, 白银, 沪金, 沪银, 贵金属
        """,
        shun="""
        Yuguang Gold and Lead, Yuguang Gold Lead, silver lining, silver linings, silver medal, silver medals,
        silver medallist, silver screen, silver economy, silver bullet, silver bullets, silver haired, silver
        spoon, silver anniversary, silver jubilee, silver coloured, gold standard, gold rush, gold medal, gold
        medals, gold medallist, gold coast, gold card, gold cards, gold plated, gold rated, gold sponsor, gold
        member, gold members, gold status, black gold, white gold, gold star, good as gold, Silver Lake, Goldman,
        silver age, silver generation, silver tsunami, gold cup
        """,
    ),
)
