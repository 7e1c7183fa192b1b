# pip: xarray netcdf4 h5py h5netcdf zarr dask scipy
import xarray as xr


def train():
    array = xr.DataArray([1.0, 2, 3], dims="x", coords={"x": [0, 1, 2]})
    part = array.sel(x=1)
    return float(part + array.mean())


def _set():
    import numpy as np
    import pandas as pd
    return xr.Dataset({"t": (("time", "x"), np.arange(12.0).reshape(4, 3))}, {"time": pd.date_range("2024-01-01", periods=4), "x": [0, 1, 2]})


def netcdf4_file():
    _set().to_netcdf("/tmp/a.nc")
    return float(xr.open_dataset("/tmp/a.nc")["t"].sum())


def h5netcdf_file():
    _set().to_netcdf("/tmp/b.nc", engine="h5netcdf")
    return float(xr.open_dataset("/tmp/b.nc", engine="h5netcdf")["t"].sum())


def scipy_file():
    _set().to_netcdf("/tmp/c.nc", engine="scipy", format="NETCDF3_64BIT")
    return float(xr.load_dataset("/tmp/c.nc", engine="scipy")["t"].sum())


def zarr_store():
    _set().to_zarr("/tmp/d.zarr", mode="w")
    return float(xr.open_zarr("/tmp/d.zarr")["t"].sum())


def compressed():
    _set().to_netcdf("/tmp/e.nc", encoding={"t": {"zlib": True, "complevel": 4}})
    return float(xr.open_dataset("/tmp/e.nc")["t"].max())


def chunks():
    return float(_set().chunk({"time": 2})["t"].mean().compute())


def interpolation():
    return _set()["t"].interp(x=0.5).values.tolist()


def grouping_and_resampling():
    data = _set()
    return [data.groupby("time.day").mean()["t"].shape, data.resample(time="2D").mean()["t"].shape]


def cf_times():
    return str(xr.date_range("2000-01-01", periods=3, calendar="noleap", use_cftime=True)[1])


def html():
    return "<style" in _set()._repr_html_() and len(str(_set())) > 10


def rolling_and_apply():
    return [_set()["t"].rolling(time=2).mean().shape, xr.apply_ufunc(lambda a: a * 2, _set()["t"]).shape, _set()["t"].polyfit("time", 1)["polyfit_coefficients"].shape]


def data_frame():
    return len(_set().to_dataframe())


def tree():
    return [n.name for n in xr.DataTree.from_dict({"/a": _set(), "/b": _set()}).children.values()]


def unknown_engine():
    try:
        xr.open_dataset("/tmp/x.grib", engine="nonesuch")
    except ValueError as error:
        return str(error)[:40]


def hdf5_directly():
    import h5py
    with h5py.File("/tmp/f.h5", "w") as file:
        file.create_dataset("x", data=[1, 2, 3], compression="gzip")
        file.create_dataset("y", data=list(range(9)), compression="lzf")
    return h5py.File("/tmp/f.h5")["x"][:].tolist()


def zarr_directly():
    import zarr
    from numcodecs import Blosc, Zstd
    array = zarr.create_array("/tmp/g.zarr", shape=(4,), dtype="f4", overwrite=True)
    array[:] = 3
    return [float(array[1]), len(Blosc().encode(b"x" * 100)) > 0, Zstd().decode(Zstd().encode(b"a")).hex()]


def parallel_scheduler():
    import dask
    import dask.array as da
    with dask.config.set(scheduler="synchronous"):
        return float(da.ones((4, 4), chunks=2).sum().compute())
