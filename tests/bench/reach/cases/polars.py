# pip: polars pyarrow fastexcel duckdb tzdata
import polars as pl


def train():
    frame = pl.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})
    sums = frame.group_by("k", maintain_order=True).agg(pl.col("v").sum())
    return sums.to_dicts()


def _frame():
    return pl.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})


def lazy():
    return _frame().lazy().filter(pl.col("v") > 1).with_columns(w=pl.col("v") * 2).collect().rows()


def parquet():
    _frame().write_parquet("/tmp/a.parquet")
    return [pl.read_parquet("/tmp/a.parquet").height, pl.scan_parquet("/tmp/a.parquet").select("v").collect().height]


def parquet_by_pyarrow():
    _frame().write_parquet("/tmp/b.parquet", use_pyarrow=True)
    return pl.read_parquet("/tmp/b.parquet", use_pyarrow=True).height


def arrow():
    return pl.from_arrow(_frame().to_arrow()).height


def csv_and_json():
    import io
    return [_frame().write_csv(), pl.read_csv(io.StringIO("a,b\n1,2")).rows(), _frame().write_json()]


def sql():
    return pl.SQLContext(t=_frame()).execute("select k, sum(v) s from t group by k order by k").collect().rows()


def time_zones():
    import datetime
    series = pl.Series([datetime.datetime(2024, 6, 1)]).dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo")
    return [str(series[0]), str(series.dtype)]


def user_functions():
    return _frame().with_columns(pl.col("v").map_elements(lambda v: v + 1, return_dtype=pl.Int64)).rows()


def text_table():
    return len(str(_frame())) > 10 and "<table" in _frame()._repr_html_()


def selectors_and_joins():
    import polars.selectors as cs
    return [_frame().select(cs.numeric()).columns, _frame().join(_frame(), on="k").height]


def plan():
    return len(_frame().lazy().filter(pl.col("v") > 1).explain()) > 5


def assertions():
    from polars.testing import assert_frame_equal
    try:
        assert_frame_equal(_frame(), _frame().head(1))
    except AssertionError as error:
        return str(error)[:20]


def errors():
    try:
        _frame().select("nothing")
    except pl.exceptions.ColumnNotFoundError as error:
        return type(error).__name__


def arrow_datasets():
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq
    _frame().write_parquet("/tmp/c.parquet")
    return [ds.dataset("/tmp/c.parquet").count_rows(), pq.read_metadata("/tmp/c.parquet").num_rows]


def arrow_formats():
    import io
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.json
    table = pa.table({"a": [1, 2]})
    pyarrow.feather.write_feather(table, "/tmp/d.feather")
    return [pc.sum(table["a"]).as_py(), pyarrow.csv.read_csv(io.BytesIO(b"a\n1")).num_rows, pyarrow.feather.read_table("/tmp/d.feather").num_rows]


def database():
    import duckdb
    frame = _frame()  # noqa: F841, DuckDB finds it by its name
    return [duckdb.sql("select sum(v) from frame").fetchall()[0][0], duckdb.sql("select 1 a").pl().rows(), duckdb.sql("select 1").fetchall()]


def numpy_and_pandas():
    try:
        return _frame().to_pandas().shape
    except ModuleNotFoundError as error:
        return error.name
