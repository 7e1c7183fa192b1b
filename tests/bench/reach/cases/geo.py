# pip: rio-tiler==7.7.0 pystac==1.12.2 pystac-client==0.8.6 mercantile==1.2.1 h3==4.2.2 folium==0.19.5 geopy==2.4.1 timezonefinder==6.5.9 geojson==3.2.0 rtree==1.4.0 scikit-image==0.25.2
"""Geospatial packages besides the largest ones."""


def train():
    import mercantile
    import numpy as np
    import rasterio
    from rasterio.io import MemoryFile
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=64, height=64, count=1, dtype="uint8", crs="EPSG:4326", transform=rasterio.Affine(1, 0, 0, 0, -1, 0)) as target:
            target.write(np.arange(4096, dtype="uint8").reshape(1, 64, 64))
        with memory.open() as source:
            return [source.crs.to_epsg(), list(mercantile.tile(8.5, 47.3, 10))]


def _raster():
    import numpy as np
    import rasterio
    with rasterio.open("/tmp/a.tif", "w", driver="GTiff", width=64, height=64, count=1, dtype="uint8", crs="EPSG:4326", transform=rasterio.Affine(.1, 0, 8, 0, -.1, 48)) as target:
        target.write(np.arange(4096, dtype="uint8").reshape(1, 64, 64))
    return "/tmp/a.tif"


def tile():
    from rio_tiler.io import Reader
    with Reader(_raster()) as source:
        image = source.preview(max_size=16)
        return [image.data.shape, len(image.render(img_format="PNG")) > 0, len(image.render(img_format="JPEG")) > 0, len(image.render(img_format="WEBP")) > 0]


def colour_map():
    from rio_tiler.colormap import cmap
    return [len(cmap.get("viridis")), len(cmap.list()) > 100]


def statistics():
    from rio_tiler.io import Reader
    with Reader(_raster()) as source:
        return round(source.statistics()["b1"].mean, 3)


def tile_matrix_sets():
    import morecantile
    return [len(morecantile.tms.list()) > 5, morecantile.tms.get("WGS1984Quad").tile(8.5, 47.3, 4).x]


def stac_item():
    import datetime
    import pystac
    item = pystac.Item("a", None, None, datetime.datetime(2024, 1, 1), {})
    item.add_asset("x", pystac.Asset("y.tif"))
    return item.to_dict()["stac_version"]


def stac_extension():
    import datetime
    import pystac
    from pystac.extensions.eo import EOExtension
    item = pystac.Item("a", None, None, datetime.datetime(2024, 1, 1), {})
    EOExtension.ext(item, add_if_missing=True).cloud_cover = 3
    return item.properties["eo:cloud_cover"]


def stac_validation():
    import datetime
    import pystac
    item = pystac.Item("a", None, None, datetime.datetime(2024, 1, 1), {})
    try:
        return len(item.validate())
    except Exception as error:
        return type(error).__name__


def stac_client():
    import pystac_client
    try:
        pystac_client.Client.open("http://127.0.0.1:1/")
    except Exception as error:
        return type(error).__name__


def hexagons():
    import h3
    return [h3.latlng_to_cell(47.3, 8.5, 7), len(h3.grid_disk(h3.latlng_to_cell(47.3, 8.5, 7), 2))]


def web_map():
    import folium
    chart = folium.Map(location=[47, 8])
    folium.Marker([47, 8], popup="x").add_to(chart)
    return "leaflet" in chart.get_root().render()


def web_map_plugins():
    import folium
    from folium.plugins import MarkerCluster
    chart = folium.Map(location=[47, 8], tiles="CartoDB positron")
    MarkerCluster([[47, 8]]).add_to(chart)
    return "markercluster" in chart.get_root().render()


def distances():
    from geopy.distance import geodesic
    from geopy.geocoders import get_geocoder_for_service
    return [round(geodesic((47, 8), (48, 9)).km, 3), get_geocoder_for_service("nominatim").__name__]


def zone_of_a_place():
    from timezonefinder import TimezoneFinder
    return TimezoneFinder().timezone_at(lng=8.5, lat=47.3)


def index():
    from rtree import index
    tree = index.Index()
    tree.insert(0, (0, 0, 1, 1))
    return list(tree.intersection((0, 0, 2, 2)))


def warp():
    import rasterio
    from rasterio.warp import transform_bounds
    with rasterio.open(_raster()) as source:
        return [round(x, 2) for x in transform_bounds(source.crs, "EPSG:2056", *source.bounds)]


def contours():
    import numpy as np
    from skimage import filters, measure
    image = np.arange(64.0).reshape(8, 8)
    return [len(measure.find_contours(image, 20)), round(float(filters.threshold_otsu(image)), 2)]


def image_data():
    from skimage import data
    return data.camera().shape
