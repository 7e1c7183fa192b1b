# pip: sympy==1.13.3 networkx==3.4.2 statsmodels==0.14.5 pandas==2.2.3 xgboost==2.1.4 scikit-learn==1.6.1 tiktoken==0.9.0 astropy==7.0.1 pint==0.24.4 nltk==3.9.1 rapidfuzz==3.13.0
"""Scientific packages that load modules by name, from tables and from data."""
import numpy as np


def train():
    import networkx as nx
    import sympy
    return [str(sympy.simplify("x + x")), nx.shortest_path(nx.path_graph(4), 0, 3)]


def integrate():
    import sympy
    x = sympy.Symbol("x")
    return [str(sympy.integrate(sympy.exp(-x**2), (x, -sympy.oo, sympy.oo))), str(sympy.solve(x**2 - 2, x)), str(sympy.dsolve(sympy.Function("f")(x).diff(x) - 1))]


def compile_a_function():
    import sympy
    x = sympy.Symbol("x")
    return float(sympy.lambdify(x, sympy.sin(x) + sympy.erf(x), "scipy")(0.5))


def latex_and_code():
    import sympy
    x = sympy.Symbol("x")
    return [sympy.latex(sympy.sqrt(x)), sympy.ccode(sympy.sqrt(x)), sympy.pretty(x / 2)]


def graph_algorithms():
    import networkx as nx
    graph = nx.karate_club_graph()
    return [len(list(nx.community.louvain_communities(graph, seed=1))), round(nx.pagerank(graph)[0], 4), nx.is_planar(graph)]


def graph_layout():
    import networkx as nx
    return len(nx.kamada_kawai_layout(nx.cycle_graph(5)))


def graph_formats():
    import networkx as nx
    return ["graphml" in "".join(nx.generate_graphml(nx.path_graph(2))), nx.node_link_data(nx.path_graph(2), edges="edges")["nodes"]]


def regression():
    import statsmodels.api as sm
    y, x = np.arange(10.0) + np.sin(np.arange(10)), sm.add_constant(np.arange(10.0))
    fit = sm.OLS(y, x).fit()
    return [round(fit.params[1], 4), "OLS" in str(fit.summary())]


def formula():
    import pandas as pd
    import statsmodels.formula.api as smf
    return round(smf.logit("y ~ x", pd.DataFrame({"y": [0, 1, 0, 1, 1, 0], "x": [1, 2, 3, 4, 5, 0]})).fit(disp=0).params["x"], 4)


def arima():
    from statsmodels.tsa.arima.model import ARIMA
    return round(float(ARIMA(np.arange(30.0) % 7, order=(1, 0, 0)).fit().params[0]), 2)


def a_data_set():
    import statsmodels.api as sm
    return len(sm.datasets.longley.load_pandas().data)


def boost():
    import xgboost
    model = xgboost.XGBRegressor(n_estimators=3, n_jobs=1).fit(np.arange(20.0).reshape(-1, 1), np.arange(20.0))
    return model.predict(np.array([[3.0]])).shape[0]


def token_encodings():
    import tiktoken
    return sorted(tiktoken.list_encoding_names())


def coordinates():
    import astropy.units as u
    from astropy.coordinates import SkyCoord
    return SkyCoord(10 * u.degree, 20 * u.degree, frame="icrs").galactic.to_string()


def times():
    from astropy.time import Time
    return [Time("2010-01-01T00:00:00").jd, Time(55197, format="mjd").isot, Time("2010-01-01").tai.iso]


def fits():
    import io
    from astropy.io import fits
    target = io.BytesIO()
    fits.PrimaryHDU(np.zeros((2, 2))).writeto(target)
    return fits.open(io.BytesIO(target.getvalue()))[0].data.shape


def tables():
    from astropy.table import Table
    table = Table({"a": [1, 2]})
    return ["\n".join(table.pformat()), Table.read(["a,b", "1,2"], format="ascii.csv")["b"][0].item()]


def cosmology():
    from astropy.cosmology import Planck18
    return round(Planck18.age(0).value, 3)


def constants():
    from astropy import constants
    return [constants.G.value, constants.M_sun.value]


def units():
    import pint
    registry = pint.UnitRegistry()
    return [str((3 * registry.mile).to("km")), f"{registry('2 bar').to('pascal'):~P}"]


def stem():
    from nltk.stem import PorterStemmer, SnowballStemmer
    from nltk.tokenize import wordpunct_tokenize
    return [PorterStemmer().stem("running"), SnowballStemmer("german").stem("laufen"), wordpunct_tokenize("a b.c")]


def fuzzy():
    from rapidfuzz import fuzz, process
    return [round(fuzz.WRatio("this is", "this is a test"), 2), process.extractOne("a", ["b", "a"])[0]]
