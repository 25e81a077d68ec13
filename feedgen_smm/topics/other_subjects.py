"""What the trade press writes of beside what people follow here: other metals, chemicals, fuels, the economy.

A headline that names one of these is about it: what the text mentions is told in passing, as ores that hold it,
by-products, buyers. It may be about one of the topics, too, and these words may be those of topics that are configured.
"""

OTHER_SUBJECTS = tuple(
    " ".join(words.split())
    for words in """
    antimony, arsenic, bismuth, cadmium, caesium, chrome, chromite, chromium, ferrochrome, fluorspar, gallium,
    germanium, graphite, helium, indium, magnesium, manganese, mercury, molybdenum, niobium, potash, rhenium,
    selenium, strontium, tantalum, tellurium, titanium, tungsten, uranium, vanadium, zirconium, zircon,
    ferrosilicon, ferromanganese, ferromolybdenum, ferrotungsten, ferrovanadium, silicomanganese, silicon manganese,
    SiMn, FeSi, FeCr, EMM, EMD, APT, platinum, palladium, rhodium, sulphur, sulfur, sulphuric acid, sulfuric acid,
    caustic soda, phosphoric acid, phosphate rock, phosphate fertiliser, crude oil, crude prices, Brent, WTI,
    thermal coal, natural gas, LNG, soybeans, cement, dollar index, payrolls, FOMC, CPI, PPI, GDP, PMI, 锑, 铋, 镉, 铬,
    镓, 锗, 石墨, 铟, 镁, 锰, 钼, 铌, 硒, 钽, 碲, 钛, 钨, 铀, 钒, 锆, 铂, 钯, 硅锰, 硅铁, 硫酸, 硫磺, 原油
    """.split(",")
)
