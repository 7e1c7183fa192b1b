# pip: reportlab pypdf
from reportlab.pdfgen import canvas


def train():
    page = canvas.Canvas("/tmp/a.pdf", invariant=1)
    page.drawString(100, 100, "hello")
    page.save()


def _size(path):
    return open(path, "rb").read(5).decode()


def platypus():
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
    style = getSampleStyleSheet()["Heading1"]
    SimpleDocTemplate("/tmp/b.pdf").build([Paragraph("x <b>y</b> &alpha;", style), Spacer(1, 10), PageBreak(), Table([[1, 2]])])
    return _size("/tmp/b.pdf")


def other_standard_fonts():
    page = canvas.Canvas("/tmp/c.pdf")
    for font in ("Times-Roman", "Courier-Bold", "Symbol", "ZapfDingbats", "Helvetica-Oblique"):
        page.setFont(font, 12)
        page.drawString(10, 10, "x")
    page.save()
    return page.stringWidth("abc", "Times-Italic", 10)


def truetype():
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    page = canvas.Canvas("/tmp/d.pdf")
    page.setFont("Vera", 12)
    page.drawString(10, 10, "ü")
    page.save()
    return round(pdfmetrics.stringWidth("ab", "Vera", 10), 3)


def asian_fonts():
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    return pdfmetrics.stringWidth("日本", "HeiseiMin-W3", 10)


def barcodes():
    from reportlab.graphics.barcode import createBarcodeDrawing
    return [createBarcodeDrawing(name, value=value).width > 0 for name, value in (
        ("QR", "x"), ("Code128", "abc"), ("EAN13", "123456789012"), ("USPS_4State", "01234567094987654321"), ("I2of5", "1234"))]


def charts():
    from reportlab.graphics import renderPDF
    from reportlab.graphics.charts.barcharts import VerticalBarChart
    from reportlab.graphics.charts.piecharts import Pie
    from reportlab.graphics.shapes import Drawing
    drawing = Drawing(200, 100)
    chart = VerticalBarChart()
    chart.data = [(1, 2, 3)]
    drawing.add(chart)
    pie = Pie()
    pie.data = [1, 2]
    drawing.add(pie)
    renderPDF.drawToFile(drawing, "/tmp/e.pdf")
    return _size("/tmp/e.pdf")


def svg():
    from reportlab.graphics.shapes import Circle, Drawing
    drawing = Drawing(10, 10)
    drawing.add(Circle(5, 5, 3))
    return drawing.asString("svg")[:20]


def images():
    from PIL import Image
    Image.new("RGB", (5, 5), "red").save("/tmp/f.png")
    Image.new("L", (5, 5)).save("/tmp/f.jpg")
    page = canvas.Canvas("/tmp/f.pdf")
    page.drawImage("/tmp/f.png", 0, 0)
    page.drawImage("/tmp/f.jpg", 0, 0)
    page.save()
    return _size("/tmp/f.pdf")


def encryption():
    page = canvas.Canvas("/tmp/g.pdf", encrypt="secret")
    page.drawString(1, 1, "x")
    page.save()
    import pypdf
    return pypdf.PdfReader("/tmp/g.pdf").is_encrypted


def forms_and_links():
    page = canvas.Canvas("/tmp/h.pdf")
    page.acroForm.textfield(name="n", x=10, y=10)
    page.acroForm.checkbox(name="c", x=50, y=50)
    page.linkURL("https://example.com", (0, 0, 10, 10))
    page.showPage()
    page.save()
    return _size("/tmp/h.pdf")


def table_of_contents():
    from reportlab.platypus.tableofcontents import TableOfContents
    return type(TableOfContents()).__name__


def read_back():
    import pypdf
    train()
    return pypdf.PdfReader("/tmp/a.pdf").pages[0].extract_text()


def merge():
    import pypdf
    train()
    writer = pypdf.PdfWriter()
    writer.append("/tmp/a.pdf")
    writer.append("/tmp/a.pdf")
    writer.write("/tmp/i.pdf")
    return len(pypdf.PdfReader("/tmp/i.pdf").pages)
