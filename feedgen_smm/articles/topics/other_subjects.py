"""What the trade press writes of beside what people follow here: other metals, chemicals, fuels, the economy.

A headline that names one of these is about it: what the text mentions is told in passing, as ores that hold it,
by-products, buyers. It may be about one of the topics, too, and these words may be those of topics that are configured.
"""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(","))


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
# Of these a headline often tells what they did to the metals.
ECONOMY = _listed("""
    crude oil, crude prices, oil prices, Brent, WTI, dollar index, payrolls, FOMC, CPI, PPI, GDP, PMI, 原油
""")
