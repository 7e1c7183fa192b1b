# pip: Django==5.2 djangorestframework==3.16.0 Flask==3.1.0 flask-sqlalchemy==3.1.1 graphene==3.4.3 apig-wsgi==2.19.0 tornado==6.4.2 marshmallow==3.26.1
"""Web frameworks, one of which loads everything by name."""
import json  # noqa: F401


def _django():
    import django
    from django.conf import settings
    if not settings.configured:
        settings.configure(SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], USE_TZ=True,
                           INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.humanize", "rest_framework"],
                           DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
                           TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
                           MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware"])
        django.setup()


urlpatterns = []


def train():
    _django()
    from django.test import RequestFactory
    from django.http import JsonResponse
    return [RequestFactory().get("/x").path, JsonResponse({"a": 1}).content.decode()]


def render_a_template():
    _django()
    from django.template import Context, Template
    return Template("{% load humanize %}{{ n|intcomma }} {{ d|date:'Y' }}").render(Context({"n": 1234567, "d": __import__("datetime").date(2024, 1, 1)}))


def translate():
    _django()
    from django.utils import translation
    with translation.override("de"):
        return [translation.gettext("Monday"), translation.gettext("January")]


def formats_of_a_locale():
    _django()
    from django.utils import formats, translation
    with translation.override("fr"):
        return formats.date_format(__import__("datetime").date(2024, 5, 1), "DATE_FORMAT", use_l10n=True)


def migrate_and_query():
    _django()
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User
    User.objects.create_user("ann", password="pw")
    return [User.objects.count(), User.objects.get().check_password("pw")]


def not_found_page():
    _django()
    from django.core.handlers.wsgi import WSGIHandler  # noqa: F401
    from django.test import Client
    return Client().get("/nowhere").status_code


def forms():
    _django()
    from django import forms
    class Form(forms.Form):
        mail = forms.EmailField()
    return str(Form({"mail": "x"}).errors)


def form_as_html():
    _django()
    from django import forms
    class Form(forms.Form):
        mail = forms.EmailField()
        kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    return Form().as_p()


def validate_passwords():
    _django()
    from django.contrib.auth.password_validation import CommonPasswordValidator
    try:
        CommonPasswordValidator().validate("password")
    except Exception as error:
        return str(error)


def rest_serializer():
    _django()
    from rest_framework import serializers
    class One(serializers.Serializer):
        n = serializers.IntegerField(min_value=3)
    one = One(data={"n": 1})
    one.is_valid()
    return str(one.errors)


def rest_browsable():
    _django()
    from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
    from rest_framework.response import Response
    from rest_framework.views import APIView
    from rest_framework.test import APIRequestFactory
    class View(APIView):
        authentication_classes = []
        permission_classes = []
        renderer_classes = [BrowsableAPIRenderer, JSONRenderer]
        def get(self, request):
            return Response({"a": 1})
    response = View.as_view()(APIRequestFactory().get("/", HTTP_ACCEPT="application/json"))
    return response.render().content.decode()


def flask_json():
    from flask import Flask, jsonify
    app = Flask("x")
    app.route("/a")(lambda: jsonify(a=1))
    return app.test_client().get("/a").json


def flask_template_and_error():
    from flask import Flask, render_template_string
    app = Flask("x")
    app.route("/t")(lambda: render_template_string("{{ [1, 2]|join('-') }} {{ url_for('static', filename='a') }}"))
    return [app.test_client().get("/t").text, app.test_client().get("/none").status_code]


def flask_database():
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    app = Flask("x")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db = SQLAlchemy(app)
    with app.app_context():
        return db.session.execute(db.text("select 1")).scalar()


def graphql():
    import graphene
    class Query(graphene.ObjectType):
        hello = graphene.String()
        def resolve_hello(self, info):
            return "world"
    return graphene.Schema(query=Query).execute("{ hello }").data


def wsgi_in_lambda():
    from apig_wsgi import make_lambda_handler
    from flask import Flask
    app = Flask("x")
    app.route("/a")(lambda: "hi")
    event = {"httpMethod": "GET", "path": "/a", "headers": {"Host": "x"}, "multiValueHeaders": {"Host": ["x"]}, "multiValueQueryStringParameters": None, "body": None, "isBase64Encoded": False, "requestContext": {}}
    return make_lambda_handler(app)(event, None)["body"]


def schema():
    from marshmallow import Schema, fields
    class One(Schema):
        when = fields.DateTime(format="rfc")
    return One().dump({"when": __import__("datetime").datetime(2024, 1, 1)})
