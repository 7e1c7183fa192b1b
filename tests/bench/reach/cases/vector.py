# pip: shapely fiona pyogrio geopandas pyproj
import shapely


def train():
    shape = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    wider = shape.buffer(1)
    return [shape.area, round(wider.area, 3)]


def _frame():
    import geopandas
    return geopandas.GeoDataFrame({"n": [1, 2]}, geometry=geopandas.points_from_xy([9, 10], [48, 49]), crs=4326)


def geojson():
    import geopandas
    _frame().to_file("/tmp/a.geojson", driver="GeoJSON")
    return len(geopandas.read_file("/tmp/a.geojson"))


def shapefile():
    import geopandas
    _frame().to_file("/tmp/b.shp")
    return str(geopandas.read_file("/tmp/b.shp").crs)


def geopackage():
    import geopandas
    _frame().to_file("/tmp/c.gpkg", layer="x")
    return geopandas.list_layers("/tmp/c.gpkg")["name"].tolist()


def by_fiona():
    import geopandas  # noqa: F401
    _frame().to_file("/tmp/d.gpkg", engine="fiona")
    import fiona
    with fiona.open("/tmp/d.gpkg") as source:
        return [len(source), source.crs.to_epsg(), source.schema["geometry"]]


def fiona_tools():
    import fiona
    from fiona.transform import transform_geom
    return [transform_geom("EPSG:4326", "EPSG:3857", {"type": "Point", "coordinates": [9, 48]})["type"], len(fiona.supported_drivers) > 5]


def flat_geobuf_and_kml():
    import pyogrio
    names = []
    for driver, ending in (("FlatGeobuf", "fgb"), ("GML", "gml"), ("MapInfo File", "tab")):
        pyogrio.write_dataframe(_frame(), "/tmp/e." + ending, driver=driver)
        names.append(pyogrio.read_info("/tmp/e." + ending)["driver"])
    return names


def reproject():
    frame = _frame().to_crs(25832)
    return [round(x) for x in frame.total_bounds]


def coordinate_systems():
    import pyproj
    return [pyproj.CRS.from_user_input("EPSG:2056").name, pyproj.CRS("ESRI:102003").name, pyproj.Transformer.from_crs(4326, 31467, always_xy=True).transform(9, 48)[0] > 0]


def geodesic():
    from pyproj import Geod
    return round(Geod(ellps="WGS84").inv(9, 48, 10, 49)[2])


def spatial_join():
    import geopandas
    return len(geopandas.sjoin_nearest(_frame(), _frame()))


def overlay():
    import geopandas
    areas = _frame().set_geometry(_frame().buffer(1))
    return len(geopandas.overlay(areas, areas, how="intersection"))


def operations():
    import shapely.affinity
    import shapely.ops
    from shapely.geometry import LineString, mapping, shape
    line = LineString([(0, 0), (2, 2)])
    return [shapely.affinity.rotate(line, 90).wkt, len(shapely.ops.split(line, LineString([(0, 2), (2, 0)])).geoms), mapping(shape(mapping(line)))["type"]]


def prepared_and_strtree():
    from shapely import STRtree
    from shapely.prepared import prep
    p = shapely.Point(0, 0)
    return [prep(p.buffer(1)).contains(p), STRtree([p]).query(p).tolist(), shapely.make_valid(shapely.from_wkt("POLYGON((0 0,1 1,1 0,0 1,0 0))")).geom_type]


def database_text():
    return [len(shapely.to_wkb(shapely.Point(1, 2), hex=True)), shapely.to_geojson(shapely.Point(1, 2))]
