"""The words of the metals trade by which each topic is found, and those of other subjects."""

from feedgen_smm.models import Topic, TopicRule

# Phrases that mean all six metals; `base metals` alone often means none of them in particular.
_BASE_METALS = (
    "SMM Morning Comments, SMM Base Metals, LME base metals, SHFE base metals, base metals closed, base metals ended, "
    "SMM晨会纪要"
)


def _phrases(before: str, word: str, after: str) -> str:
    """Every phrase of a word before, the word, and a word after."""
    return ", ".join(f"{one} {word} {other}" for one in before.split() for other in after.split())


# Phrases in which `lead` is the metal and not the verb.
_METAL_LEAD = ", ".join(
    (
        _phrases("LME SHFE Shanghai refined secondary spot", "lead", "to in up on by with over from gains"),
        _phrases(
            "to will may can could that which its",
            "lead",
            "concentrate concentrates ingot ingots inventories inventory mine ore price prices smelter smelters",
        ),
    )
)


def _rule(name: str, label: str, *, include: str, makers: str, exclude: str) -> TopicRule:
    """A topic. Its words are metals, ores, goods and terms; `makers` are mines, smelters and companies."""
    return TopicRule(Topic(name, label), (*_listed(include), *_listed(makers)), _listed(exclude))


def _listed(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(",") if word.strip())


METALS = (
    _rule(
        "copper",
        "Copper",
        include=f"""
        copper, coppers, Cu, red metal, cupric, brass, bronze, 铜, Q pile, Yangshan premium, Yangshan premiums,
        premiums in Yangshan, cathode rod, cathode rods, blister, cuprous, bare bright, SX EW, TC RC, TC RCs,
        TCs RCs, TCs and RCs, RCs, Guixi brand, HVLP, magnet wire, enamelled wire, enameled wire, winding wire,
        enameled wires, enamelled wires, magnet wires, winding wires, secondary rod, secondary rods, bright wire,
        漆包线, wire and cable, 铜陵有色, 精废价差, COMEX copper,
        {_BASE_METALS}
        """,
        makers="""
        Aktogay, Almalyk, Altonorte, Andacollo, Antofagasta, Aurubis, Batu Hijau, Bingham Canyon, Caserones,
        Centinela, Cerro Verde, Chambishi, China Molybdenum, Chuquicamata, Cobre Panama, Cobre Panamá, Cochilco,
        Codelco, Collahuasi, CSPT, Cukaru Peki, Daye Nonferrous, Dexing, El Teniente, Escondida, First Quantum,
        Freeport, Grasberg, Hudbay, Julong, Kakula, Kamoa, Kamoa Kakula, Kamoto, Kansanshi, KAZ Minerals,
        Kazakhmys, KCC, KFM, KGHM, Kisanfu, Konkola, Las Bambas, Los Bronces, Los Pelambres, Lumwana,
        Mantoverde, Mopani, Morenci, Mufulira, Mutanda, Nchanga, Olympic Dam, Onsan, Oyu Tolgoi, Panguna, PASAR,
        Prominent Hill, Quebrada Blanca, Quellaveco, Qulong, Radomiro Tomic, Sierra Gorda, Tenke,
        Tenke Fungurume, TFM, Timok, Tongling Nonferrous, Toromocho, Udokan, Zaldivar
        """,
        exclude="""
        copper coloured, copper colored, copper age, bronze age, bronze medal, bronze medals, top brass, brass band,
        bronze sculpture, bronze sculptures, bronze statue, bronze statues, Codelco SQM, SQM Codelco,
        Codelco and SQM, SQM and Codelco, Freeport LNG, 铜陵, 铜仁, 铜川, 铜锣, aluminum wire and cable,
        aluminium wire and cable, bronze sponsors, blister pack, blister packs
        """,
    ),
    _rule(
        "aluminium",
        "Aluminium",
        include=f"""
        aluminium, aluminum, alumina, bauxite, bauxites, ADC12, A356, A380, A00, P1020, P1020A, Al alloy, Al alloys,
        Al ingot, Al ingots, Al price, Al prices, Al Mg, Cu Al, prebaked anode, prebaked anodes, aluminous,
        Midwest premium, Midwest premiums, Midwest Transaction Premium, MJP, Main Japanese Port,
        Main Japanese Ports, billet premium, billet premiums, billet fees, billet processing fee,
        billet processing fees, extruder, extruders, extrusion, extrusions, extruded, can stock, canstock,
        can sheet, used beverage cans, UBC, UBCs, zorba, foundry alloy, foundry alloys, red mud, potline, potlines,
        potroom, potrooms, casthouse, 铝, 铝土矿, 氧化铝, pre baked anode, pre baked anodes, carbon free anodes,
        Al billet, Al billets, Al social inventory, SHFE Al, LME Al, Al rod, Al rods, Al scrap, Al wheel, liquid Al,
        Al inventory, 阳极,
        {_BASE_METALS}
        """,
        makers="""
        Alba, Albras, Alcoa, Alouette, Alumar, Alunorte, Arconic, Balco, Boffa, Boyne, CBG, Century Aluminium,
        Century Aluminum, Chalco, Constellium, EGA, Hawesville, Hindalco, Hongqiao, Inalum, Karmoy, Kitimat,
        Mingtai, Mozal, Nalco, Norsk Hydro, Novelis, NZAS, Pinjarra, Press Metal, Rusal, San Ciprian, Sebree,
        Slovalco, Speira, Straumsvik, Sunndal, Tiwai Point, Tomago, Wagerup, Weipa, Weiqiao, Xinfa, Yarwun
        """,
        exclude="""
        anode materials, anode material, graphite anode, graphite anodes, silicon anode, silicon anodes,
        copper anode, copper anodes, lithium anode, battery anode, battery anodes, anode slime, anode slimes,
        synthetic graphite anode, anode copper, zinc anode, zinc anodes, anode graphite, anode sheets,
        anode casting, anode furnace, anode furnaces, anode plates, lead anode, lead anodes, nickel anode,
        anode free, Hongqiao Station, Hongqiao Railway, Hongqiao International, Hongqiao Forum, Hongqiao Business,
        Hongqiao Airport, Hongqiao Railway Station, Kitimat LNG, 阳极泥
        """,
    ),
    _rule(
        "zinc",
        "Zinc",
        include=f"""
        zinc, Zn, zamak, galvanized, galvanised, galvanizing, galvanising, galvanizers, galvanisers, SHG,
        galvanizer, galvaniser, die casting zinc, 锌,
        {_BASE_METALS}
        """,
        makers="""
        Antamina, Aripuana, Auby, Boliden's Tara, Budel, Cajamarquilla, Chihong, Dugald River, Gamsberg, Huoshaoyun,
        Kazzinc, Kipushi, Korea Zinc, McArthur River, Mehdiabad, Nexa, Nordenham, Nyrstar, Odda, Ozernoye,
        Rampura Agucha, Red Dog, Rosh Pinah, San Juan de Nieva, Seokpo, Tara mine, Vazante, Young Poong,
        Zhuzhou Smelter
        """,
        exclude="""
        zinc ointment, zinc sunscreen, zinc supplement, zinc supplements, zinc tablets, zinc lozenges,
        zinc gluconate, zinc roof, zinc roofs, 锌铁皮
        """,
    ),
    _rule(
        "lead",
        "Lead",
        include=f"""
        lead, Pb, lead acid, scrap battery, scrap batteries, used lead acid, ULAB, ULABs, SLI, starter battery,
        starter batteries, e bike battery, e bike batteries, galena, lead bullion, 铅, 废电瓶,
        {_METAL_LEAD}, {_BASE_METALS}
        """,
        makers="""
        Camel Group, Cannington, Chaowei, Clarios, Ecobat, Exide, Jinli, Leoch, Port Pirie, Stolberg, Tianneng,
        Wanyang, Yuguang, Yuguang Gold and Lead, Yuguang Gold Lead
        """,
        exclude="""
        lead time, lead times, lead the, lead a, lead an, lead to, lead on, lead in, lead up, lead up to, lead by,
        lead its, lead their, lead his, lead her, lead our, lead this, lead with, lead over, lead from, lead into,
        lead losses, lead gains, take the lead, takes the lead, took the lead, taking the lead, taken the lead,
        in the lead, the lead in, lead way, lead off, lead manager, lead managers, lead researcher,
        lead researchers, lead author, lead authors, lead analyst, lead analysts, lead negotiator, lead negotiators,
        lead underwriter, lead underwriters, lead arranger, lead arrangers, lead investor, lead investors,
        lead contractor, lead engineer, lead role, lead roles, lead singer, lead agency, lead developer,
        lead economist, lead bank, lead banks, lead story, lead decline, lead declines, lead decliners,
        lead gainers, lead advisor, lead adviser, lead partner, lead architect, lead bookrunner, lead auditor,
        lead organiser, lead sponsor, lead operator, lead indicator, lead indicators, lead rise, to lead, will lead,
        would lead, could lead, can lead, may lead, might lead, should lead, must lead, shall lead, not lead,
        stocks lead, equities lead, shares lead, early lead, widen lead, extends lead, its lead, their lead,
        wide lead, narrow lead, price lead, lead generation, lead buyer, lead plaintiff, lead candidate, lead actor,
        lead actress, lead vocalist, lead guitarist, lead counsel, lead drafter, lead inspector, lead trader,
        lead country, lead trade negotiator, lead unit, who lead, that lead, which lead, leads lead, 铅笔, lead free,
        lead head, lead all, lead losers, lead market higher, lead market lower, lead market gains,
        lead market rally, lead market losses, lead market surge, lead markets higher, lead markets lower,
        stocks lead market, shares lead market, lead growth, lead sales, lead rally, lead deliveries, lead NEV,
        lead EV, lead installations, lead deposit rate, lead narrows, lead grows, narrowing lead,
        Jinli Permanent Magnet, exports lead, banks lead, brands lead, widening lead
        """,
    ),
    _rule(
        "nickel",
        "Nickel",
        include=f"""
        nickel, Ni, NPI, ferronickel, FeNi, MHP, mixed hydroxide precipitate, laterite, laterites, saprolite,
        limonite, nickel pig iron, high grade matte, full plate cathode, full plate cathodes, HPAL, RKAB, 镍, NCM,
        NMC, NCA, NCM523, NCM622, NCM811, ternary, pCAM, 三元材料, 三元前驱体, 三元正极,
        {_BASE_METALS}
        """,
        makers="""
        Ambatovy, Goro, Harita, Huafei, Huayue, IMIP, IWIP, Kambalda, Koniambo, Lygend, Morowali, Murrin Murrin,
        Norilsk, Nornickel, Onca Puma, Pomalaa, PT Vale, Raglan, Ravensthorpe, Sherritt, Sorowako, Sudbury, Surigao,
        Tsingshan, Vale Indonesia, Voisey's Bay, Weda Bay
        """,
        exclude="""
        nickel and dimed, nickel and dime, nickel and diming, a nickel, nickel silver, nickel hydrogen,
        nickel plated, Ni Hong, ternary battery, ternary batteries
        """,
    ),
    _rule(
        "tin",
        "Tin",
        include=f"""
        tin, Sn, tinplate, tin plate, solder, solders, soldering, cassiterite, Wa State, stannous, 锡, 佤邦, 焊料,
        {_BASE_METALS}
        """,
        makers="""
        Alphamin, Bangka, Belitung, Bisie, Gejiu, Huanuni, Malaysia Smelting, Man Maw, Minsur, Pitinga, PT Timah,
        Renison, Taboca, Thaisarco, Timah, Vinto
        """,
        exclude="""
        tin can, tin cans, tin pot, tin hat, tin hats, tin ear, tin foil, tin roof, tin roofs, tin roofed,
        tin soldier, tin soldiers, tin shed, tin sheds, tin god, tin box, tin boxes, tin toy, tin toys, tin man,
        tin whistle, Tin Pan Alley, biscuit tin, biscuit tins, cake tin, tin shack, 无锡, 锡林, 锡山, 锡盟, tin house,
        tin houses, tin drum, tin mug, Tin Shui Wai
        """,
    ),
    _rule(
        "lithium",
        "Lithium",
        include="""
        lithium, Li ion, Li carbonate, Li hydroxide, Li metal, Li price, Li prices, Li salt, Li salts, Li battery,
        Li batteries, Li2CO3, LiOH, LiFSI, LiPF6, hexafluorophosphate, spodumene, lepidolite, petalite, LCE, SC6,
        LFP, LMO, LMFP, salar, salars, cathode material, cathode materials, battery grade carbonate, 锂, 碳酸锂,
        black mass, NCM, NMC, NCA, NCM523, NCM622, NCM811, ternary, 三元材料, 三元正极
        """,
        makers="""
        Albemarle, Allkem, Arcadia mine, Arcadium, Bald Hill, Bikita, Cauchari, Chengxin, Finniss, Ganfeng,
        Goulamina, Greenbushes, Hombre Muerto, Jianxiawo, Kathleen Valley, Liontown, Livent, Manono, Mt Marion,
        Olaroz, Pilbara Minerals, Pilgangoora, SQM, Talison, Thacker Pass, Tianqi, Wodgina, Yahua, Yichun, Zabuye
        """,
        exclude="""
        ternary precursor, ternary precursors, 三元前驱体, lithium grease, lithium drugs, lithium therapy,
        ternary battery, ternary batteries, LFP battery,
        LFP batteries
        """,
    ),
    _rule(
        "cobalt",
        "Cobalt",
        include="""
        cobalt, Co metal, tricobalt, tetroxide, Co3O4, cobaltous, LCO, 钴, NCM, NMC, NCA, NCM523, NCM622, NCM811,
        ternary, pCAM, Co sulfate, Co sulphate, Co hydroxide, refined Co, Co intermediate, 三元材料, 三元前驱体,
        三元正极
        """,
        makers="""
        ARECOMS, Chemaf, China Molybdenum, CMOC, Cobalt Blue, Gecamines, Gécamines, Huayou Cobalt, Kamoto, KCC,
        KFM, Kisanfu, Metalkol, Mutanda, Mutoshi, Tenke, Tenke Fungurume, TFM
        """,
        exclude="""
        cobalt blue, cobalt coloured, cobalt 60, cobalt therapy, ternary battery, ternary batteries
        """,
    ),
    _rule(
        "rare-earths",
        "Rare earths",
        include="""
        rare earth, rare earths, NdFeB, neodymium, praseodymium, dysprosium, terbium, PrNd, NdPr, Pr Nd, Nd Pr,
        samarium, gadolinium, lanthanum, cerium, yttrium, holmium, erbium, europium, lutetium, ytterbium, scandium,
        permanent magnet, permanent magnets, magnets, magnet maker, magnet makers, magnet producers, REE, REEs, REO,
        TREO, didymium, bastnaesite, monazite, ion adsorption, SmCo, 稀土, 镨, 钕, 镝, 铽, 磁材, Nd Fe B, Nd oxide,
        Dy oxide, Tb oxide, Gd oxide, Dy Fe, Ho Fe, magnetic materials, magnetic material, 磁性材料
        """,
        makers="""
        Arafura, Bayan Obo, Eneabba, Iluka, JL MAG, Lynas, Mountain Pass, MP Materials, Nolans, Pangwa, Serra Verde,
        Shenghe
        """,
        exclude="""
        fridge magnets, permanent magnet synchronous, ferrite magnets, ferrite permanent magnet,
        superconducting magnets, superconducting magnet
        """,
    ),
    _rule(
        "steel-iron-ore",
        "Steel and iron ore",
        include="""
        steel, steels, steelmaker, steelmakers, steelmaking, steel making, steelworks, iron ore, iron ores,
        pig iron, hot metal, molten iron, rebar, rebars, HRC, CRC, hot rolled, cold rolled, hot rolled coil,
        wire rod, stainless, tinplate, coke, coking coal, met coal, metallurgical coal, blast furnace,
        blast furnaces, EAF, electric arc furnace, electric arc furnaces, DRI, HBI, ferrous, ferrous scrap,
        billet mill, sinter, sintering, galvanized pipe, galvanised pipe, galvanized coil, galvanised coil,
        galvanized sheet, galvanised sheet, galvanized steel, pellet premium, iron ore fines, Tangshan billet,
        Tangshan billets, slab, slabs, heavy plate, medium plate, 300 series, 200 series, 304 coil, 304 coils,
        seamless pipe, seamless pipes, welded pipe, welded pipes, OCTG, wire rods, cokery, cokeries, coking,
        met coke, Pilbara Blend, PB fines, PBF, MNPJ, Newman fines, Fe fines, 62 Fe, 65 Fe, magnetite, hematite,
        taconite, heavy melting scrap, 钢, 铁矿, 螺纹, 热卷, 焦煤, 焦炭, 双焦, 生铁, 铁水, 高炉, 球团, hot coil,
        hot coils, H beam, H beams, HR coil, HR coils, 冷轧, 中厚板, 热轧, 焦化, 镀锌板, PPGI
        """,
        makers="""
        Ansteel, ArcelorMittal, Baosteel, Baowu, Benxi, Carajas, CISA, Cleveland Cliffs, Evraz, Fortescue,
        Gudai Darri, Hancock Prospecting, HBIS, Jianlong, Jingye, JSW, Kumba, Metinvest, NLMK, Nucor, POSCO,
        Roy Hill, Salzgitter, Samarco, Severstal, Shagang, Shougang, Simandou, SSAB, Thyssenkrupp, TISCO, Vale,
        Valin
        """,
        exclude="""
        nickel pig iron, PT Vale, Vale Indonesia, Vale Base Metals, copper slab, aluminium slab, aluminum slab,
        aluminium slabs, zinc slab, steel yourself, steel yourselves, steel itself, steel themselves, steel oneself,
        steel nerves, nerves of steel, will of steel, steel will, steel resolve, resolve of steel, steel city,
        steel drum, steel drums, steel band, steel trap, petroleum coke, calcined coke, pet coke, Diet Coke,
        Coke Zero, non ferrous, nonferrous, man of steel, copper wire rod, aluminium wire rod, aluminum wire rod,
        copper cold rolled, ferrous sulphate, ferrous sulfate, calcined petroleum coke, needle coke, 高镍生铁,
        POSCO Future M, POSCO Argentina, POSCO Holdings, Thyssenkrupp Nucera, JSW MG, JSW Energy, Baowu Magnesium,
        钢琴, 钢化玻璃, titanium slab, titanium cold rolled, titanium welded pipes, aluminum cold rolled,
        aluminium cold rolled, aluminium hot rolled, aluminum hot rolled, copper wire rods, aluminum wire rods,
        aluminium wire rods, low sulphur coke, low sulfur coke, Shougang Park
        """,
    ),
    _rule(
        "silicon-solar",
        "Silicon and solar",
        include="""
        silicon metal, metallurgical silicon, industrial silicon, polysilicon, monosilicon, polycrystalline silicon,
        monocrystalline silicon, organic silicon, silicone, silicones, DMC, silicon, solar, PV, photovoltaic,
        photovoltaics, TOPCon, HJT, module prices, wafer prices, n type wafer, n type wafers, p type wafers,
        n type cells, solar cell, solar cells, solar module, solar modules, n type module, n type modules,
        module maker, module makers, module manufacturers, module output, module plants, module exports,
        wafer makers, perovskite, heterojunction, PERC, trichlorosilane, siloxane, backsheet, backsheets, inverter,
        inverters, 工业硅, 多晶硅, 有机硅, 硅, 光伏, 组件, modules prices, N type cell, 183N, wafer inventory,
        wafer inventories, 电池片, 硅料
        """,
        makers="""
        Aiko, Daqo, Elkem, Ferroglobe, Flat Glass Group, GCL, Hoshine, Jinko, JinkoSolar, LONGi, Qcells,
        Risen Energy, Tongwei, Trina, Wacker, Xinte, Xinyi, Zhonghuan
        """,
        exclude="""
        Silicon Valley, silicon valley bank, solar system, solar eclipse, solar storm, solar storms, solar flare,
        solar flares, solar plexus, solar year, solar calendar, solar terms, silicon steel, silicon manganese,
        silicon carbide, PV ribbon, PV ribbons, PV paste, wind and solar, solar and wind, silicon anode,
        silicon anodes, dimethyl carbonate, solar orbiter, 硅锰, 硅铁, 硅钢, 硅谷, silicon photonics, silicon carbon,
        semiconductor silicon, silicon wafer shipments, traction inverter, traction inverters, motor inverter,
        optical module makers, optical module prices, optical module maker, camera module makers,
        DRAM module prices, memory module prices, Flat Glass output, flat glass output, flat glass prices,
        Xinyi Glass, solvent DMC, DMC solvent, 碳化硅, 硅碳, 半导体硅片, 光模块组件, 零组件, solar capacity,
        solar power capacity
        """,
    ),
    _rule(
        "gold-silver",
        "Gold and silver",
        include="""
        gold, silver, bullion, Au, Ag, precious metal, precious metals, yellow metal, XAU, XAG, doré, dore,
        silverware, 黄金, 白银, 沪金, 沪银, 贵金属, 金价, 银价
        """,
        makers="""
        Agnico, AngloGold, Barrick, Boddington, Cadia, Fresnillo, Grasberg, Hecla, Hochschild, Kinross, LBMA, Lihir,
        Muruntau, Newcrest, Newmont, Polyus, Pueblo Viejo, SPDR, Zhaojin
        """,
        exclude="""
        Yuguang Gold and Lead, Yuguang Gold Lead, silver lining, silver linings, silver medal, silver medals,
        silver medallist, silver screen, silver economy, silver bullet, silver bullets, silver haired, silver spoon,
        silver anniversary, silver jubilee, silver coloured, gold standard, gold rush, gold medal, gold medals,
        gold medallist, gold coast, gold card, gold cards, gold plated, gold rated, gold sponsor, gold member,
        gold members, gold status, black gold, white gold, gold star, good as gold, Silver Lake, Goldman,
        silver age, silver generation, silver tsunami, gold cup, lead bullion, silver tongued, gold collar,
        gold leaf, 黄金周, 黄金时代, 黄金期, 黄金地段, 白银市, Silver October, Gold September, gold nine,
        silver ten, silver four, gold three, gold nine silver ten, gold sponsors, silver sponsors,
        silver sponsor, 白银有色
        """,
    ),
)

# Other subjects of the trade press: metals without a topic, chemicals, fuels, the economy. Where a headline names one,
# it is about that, and the text mentions topics only in passing (by-products, ores, buyers). The headline may name a
# topic too, and a configured topic may have some of these words.
OTHER_GOODS = _listed("""
    antimony, arsenic, bismuth, cadmium, caesium, chrome, chromite, chromium, ferrochrome, fluorspar, gallium,
    germanium, graphite, helium, indium, magnesium, manganese, mercury, molybdenum, niobium, potash, rhenium,
    selenium, strontium, tantalum, tellurium, titanium, tungsten, uranium, vanadium, zirconium, zircon,
    ferrosilicon, ferromanganese, ferromolybdenum, ferrotungsten, ferrovanadium, silicomanganese, silicon manganese,
    SiMn, FeSi, FeCr, EMM, EMD, APT, platinum, palladium, rhodium, sulphur, sulfur, sulphuric acid, sulfuric acid,
    caustic soda, phosphoric acid, phosphate rock, phosphate fertiliser, thermal coal, natural gas, LNG, soybeans,
    cement, 锑, 铋, 镉, 铬, 镓, 锗, 石墨, 铟, 镁, 锰, 钼, 铌, 硒, 钽, 碲, 钛, 钨,
    铀, 钒, 锆, 铂, 钯, 硅锰, 硅铁, 硫酸, 硫磺
""")
# Headlines often tell what these did to the metals.
ECONOMY = _listed("""
    crude oil, crude prices, oil prices, Brent, WTI, dollar index, payrolls, FOMC, CPI, PPI, GDP, PMI, 原油
""")


def with_metals(own: tuple[TopicRule, ...]) -> tuple[TopicRule, ...]:
    """The rules of all topics: those of the metals, then `own`. One of `own` replaces a metal's of the same name."""
    others = {rule.topic.name: rule for rule in own}
    metals = [others.pop(rule.topic.name, rule) for rule in METALS]
    return (*metals, *others.values())
