# pip: matplotlib
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt


def train():
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    figure.savefig("/tmp/a.png")


def _saved(ending, **options):
    figure, axes = plt.subplots()
    axes.plot([1, 4, 2])
    axes.set_title("a title")
    figure.savefig("/tmp/b." + ending, **options)
    return open("/tmp/b." + ending, "rb").read(4).hex()


def as_pdf():
    return _saved("pdf")


def as_svg():
    return _saved("svg")


def as_postscript():
    return _saved("eps")


def as_jpeg():
    return _saved("jpg")


def as_webp_and_tiff():
    return [_saved("webp"), _saved("tif")]


def mathematics():
    figure, axes = plt.subplots()
    axes.set_title(r"$\frac{\alpha}{\beta} \sqrt{x^2} \mathcal{L}$")
    figure.savefig("/tmp/c.png")
    return True


def other_fonts():
    figure, axes = plt.subplots()
    axes.set_title("a", fontfamily="serif", fontweight="bold")
    axes.set_xlabel("b", fontfamily="monospace", style="italic")
    matplotlib.rcParams["mathtext.fontset"] = "stix"
    axes.set_ylabel("$x$")
    figure.savefig("/tmp/d.png")
    return True


def style_sheet():
    with plt.style.context("ggplot"):
        return _saved("png") and len(plt.style.available) > 10


def dates():
    import datetime
    figure, axes = plt.subplots()
    axes.plot([datetime.date(2024, 1, day) for day in range(1, 5)], [1, 2, 3, 4])
    figure.autofmt_xdate()
    figure.savefig("/tmp/e.png")
    return axes.get_xticklabels()[0].get_text() != ""


def three_dimensions():
    figure = plt.figure()
    axes = figure.add_subplot(projection="3d")
    axes.scatter([1, 2], [1, 2], [1, 2])
    figure.savefig("/tmp/f.png")
    return True


def polar_and_colours():
    figure, axes = plt.subplots(subplot_kw={"projection": "polar"})
    axes.scatter([1, 2, 3], [1, 2, 3], c=[1, 2, 3], cmap="viridis")
    figure.savefig("/tmp/g.png")
    return plt.get_cmap("twilight")(0.5)


def contours_and_triangles():
    figure, (left, right) = plt.subplots(1, 2)
    left.contourf([[1, 2, 1], [2, 3, 2], [1, 2, 1]])
    right.tripcolor([0, 1, 0], [0, 0, 1], [1, 2, 3])
    figure.colorbar(left.contourf([[1, 2], [2, 3]]), ax=left)
    figure.savefig("/tmp/h.png")
    return True


def animation():
    from matplotlib.animation import FuncAnimation, PillowWriter
    figure, axes = plt.subplots()
    line, = axes.plot([0, 1], [0, 1])
    FuncAnimation(figure, lambda i: line.set_ydata([0, i]), frames=2).save("/tmp/i.gif", writer=PillowWriter(fps=2))
    return open("/tmp/i.gif", "rb").read(3).decode()


def pages():
    from matplotlib.backends.backend_pdf import PdfPages
    with PdfPages("/tmp/j.pdf") as pdf:
        pdf.savefig(plt.figure())
    return True


def sample_data():
    import matplotlib.cbook as cbook
    return len(cbook.get_sample_data("goog.npz")["price_data"]) > 0
