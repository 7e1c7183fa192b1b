# pip: pillow
from PIL import Image


def train():
    picture = Image.new("RGB", (20, 10), "red")
    picture.save("/tmp/a.png")
    return Image.open("/tmp/a.png").size


def _through(ending, mode="RGB", **options):
    import io
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, ending, **options)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB").size


def usual_formats():
    return [_through(f) for f in ("JPEG", "GIF", "BMP", "TIFF", "PPM")]


def modern_formats():
    return [_through(f) for f in ("WEBP", "AVIF", "JPEG2000")]


def other_formats():
    return [_through("PCX"), _through("SGI"), _through("DDS"), _through("IM"), _through("MSP", "1"), _through("XBM", "1"), _through("ICNS")]


def pdf():
    Image.init()
    Image.new("RGB", (9, 9)).save("/tmp/b.pdf")
    return open("/tmp/b.pdf", "rb").read(4).decode()


def compressed_tiff():
    return [_through("TIFF", compression=c) for c in ("tiff_lzw", "tiff_deflate", "jpeg", "zstd", "packbits")]


def draw():
    from PIL import ImageDraw, ImageFont
    picture = Image.new("RGB", (50, 50))
    brush = ImageDraw.Draw(picture)
    brush.ellipse((1, 1, 20, 20), fill="blue")
    brush.text((1, 1), "x", font=ImageFont.load_default(12))
    return picture.getbbox()


def filters():
    from PIL import ImageEnhance, ImageFilter, ImageOps
    picture = Image.new("RGB", (20, 20), "gray")
    return [picture.filter(ImageFilter.GaussianBlur(2)).size, ImageEnhance.Contrast(picture).enhance(2).size, ImageOps.fit(picture, (5, 5)).size, ImageOps.autocontrast(picture).size]


def exif():
    picture = Image.new("RGB", (4, 4))
    data = picture.getexif()
    data[0x0112] = 6
    picture.save("/tmp/c.jpg", exif=data)
    from PIL import ExifTags, ImageOps
    return [ExifTags.TAGS[0x0112], ImageOps.exif_transpose(Image.open("/tmp/c.jpg")).size]


def colours():
    from PIL import ImageCms, ImageColor
    picture = ImageCms.profileToProfile(Image.new("RGB", (4, 4)), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB")
    return [picture.mode, ImageColor.getrgb("hsl(120, 50%, 50%)")]


def arithmetic():
    from PIL import ImageChops, ImageMath, ImageStat
    a, b = Image.new("L", (4, 4), 3), Image.new("L", (4, 4), 4)
    return [ImageChops.add(a, b).getpixel((0, 0)), ImageStat.Stat(a).mean, ImageMath.lambda_eval(lambda args: args["a"] + 1, a=a).getpixel((0, 0))]


def animation():
    frames = [Image.new("P", (4, 4), i) for i in range(3)]
    frames[0].save("/tmp/d.gif", save_all=True, append_images=frames[1:])
    from PIL import ImageSequence
    return len([1 for _ in ImageSequence.Iterator(Image.open("/tmp/d.gif"))])


def features():
    from PIL import features as f
    return [name for name in ("jpg", "webp", "avif", "libtiff", "freetype2", "littlecms2", "raqm") if f.check(name)]


def unknown():
    import io
    try:
        Image.open(io.BytesIO(b"nothing of the kind"))
    except Exception as error:
        return type(error).__name__


def morphology_and_paths():
    from PIL import ImageMorph, ImagePath, ImageTransform
    return [ImageMorph.MorphOp(op_name="erosion8").apply(Image.new("L", (5, 5)))[0], ImagePath.Path([(0, 0), (1, 1)]).getbbox(), Image.new("L", (4, 4)).transform((2, 2), ImageTransform.AffineTransform((1, 0, 0, 0, 1, 0))).size]


def qr_and_palettes():
    return [Image.new("RGB", (8, 8), "red").quantize(4).mode, Image.effect_mandelbrot((4, 4), (-2, -1, 1, 1), 10).size, Image.radial_gradient("L").size]
