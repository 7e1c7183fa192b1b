# pip: pandas openpyxl lxml jinja2 tabulate
import pandas as pd


def train():
    frame = pd.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})
    sums = frame.groupby("k")["v"].sum()
    return sums.to_dict()


def _frame():
    return pd.DataFrame({"day": pd.date_range("2024-01-01", periods=6), "v": [1.0, 2.5, 3.0, 4.5, 2.0, 1.0]})


def excel_round_trip():
    _frame().to_excel("/tmp/a.xlsx", index=False)
    return float(pd.read_excel("/tmp/a.xlsx")["v"].sum())


def html_tables():
    import io
    return pd.read_html(io.StringIO("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"))[0].to_dict("list")


def markdown_table():
    return _frame().head(2).to_markdown()


def styled_html():
    return "<table" in _frame().style.highlight_max(subset="v").format(precision=1).to_html()


def xml_round_trip():
    import io
    return pd.read_xml(io.StringIO(_frame().to_xml()))["v"].tolist()


def time_zones():
    times = pd.Timestamp("2024-03-31 00:30", tz="Europe/Berlin") + pd.Timedelta(hours=2)
    return [times.isoformat(), _frame()["day"].dt.tz_localize("America/New_York").iloc[0].isoformat()]


def resample_and_rolling():
    series = _frame().set_index("day")["v"]
    return [series.resample("2D").mean().tolist(), series.rolling(2).mean().dropna().tolist()]


def ewm_and_window():
    return _frame()["v"].ewm(span=3).mean().round(6).tolist()


def query_and_eval():
    frame = _frame()
    return [len(frame.query("v > 2")), frame.eval("w = v * 2")["w"].tolist()]


def sqlite():
    import sqlite3
    with sqlite3.connect(":memory:") as connection:
        _frame().to_sql("t", connection, index=False)
        return int(pd.read_sql("select count(*) n from t", connection)["n"][0])


def json_and_csv():
    import io
    frame = _frame()
    return [frame.to_json(orient="table")[:20], pd.read_csv(io.StringIO(frame.to_csv(index=False)), parse_dates=["day"]).dtypes.astype(str).tolist()]


def pivot_and_merge():
    frame = _frame().assign(half=["a", "b"] * 3)
    return frame.pivot_table(index="half", values="v", aggfunc="mean").round(4)["v"].to_dict()


def pickle_round_trip():
    _frame().to_pickle("/tmp/a.pkl")
    return len(pd.read_pickle("/tmp/a.pkl"))


def stata_round_trip():
    _frame()[["v"]].to_stata("/tmp/a.dta")
    return pd.read_stata("/tmp/a.dta")["v"].tolist()


def versions():
    pd.show_versions(as_json="/tmp/v.json")
    import json
    return sorted(json.load(open("/tmp/v.json")))
