# pip: google-cloud-storage==3.1.0 google-cloud-bigquery==3.31.0 google-api-python-client==2.167.0 azure-storage-blob==12.25.1 azure-identity==1.21.0 pymongo==4.12.0 redis==5.2.1 elasticsearch==9.0.0 mysql-connector-python==9.2.0 snowflake-connector-python==3.14.0 psycopg[binary]==3.2.6 openai==1.74.0 httpx==0.28.1 msgpack==1.1.0 protobuf==6.30.2 grpcio==1.71.0
"""Clients of other services, as far as they work without the service."""


def train():
    import redis
    return redis.Redis(host="x").connection_pool.connection_kwargs["host"]


def google_storage():
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import storage
    return storage.Client(project="p", credentials=AnonymousCredentials()).bucket("b").blob("k").public_url


def google_bigquery():
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery
    client = bigquery.Client(project="p", credentials=AnonymousCredentials())
    return [bigquery.SchemaField("a", "STRING").to_api_repr(), client.dataset("d").table("t").path]


def google_discovery():
    from googleapiclient.discovery import build
    service = build("sheets", "v4", developerKey="x", static_discovery=True)
    return service.spreadsheets().get(spreadsheetId="s").uri


def google_discovery_other():
    from googleapiclient.discovery import build
    return build("calendar", "v3", developerKey="x", static_discovery=True).events().list(calendarId="c").uri


def azure_blob():
    from azure.storage.blob import BlobClient
    return BlobClient("https://a.blob.core.windows.net", "c", "b", credential="a2V5").url


def azure_identity():
    from azure.identity import ClientSecretCredential
    return type(ClientSecretCredential("t", "c", "s")).__name__


def mongo():
    import bson
    from pymongo import MongoClient
    return [bson.decode(bson.encode({"a": 1})), MongoClient("mongodb://x:1", connect=False).db.c.full_name]


def mongo_fails():
    from pymongo import MongoClient
    try:
        MongoClient("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=100).admin.command("ping")
    except Exception as error:
        return type(error).__name__


def elastic():
    from elasticsearch import Elasticsearch
    try:
        Elasticsearch("http://127.0.0.1:1", max_retries=0).info()
    except Exception as error:
        return type(error).__name__


def mysql():
    import mysql.connector
    try:
        mysql.connector.connect(host="127.0.0.1", port=1, connection_timeout=1)
    except mysql.connector.Error as error:
        return [error.errno, type(error).__name__]


def mysql_pure():
    import mysql.connector
    try:
        mysql.connector.connect(host="127.0.0.1", port=1, connection_timeout=1, use_pure=True)
    except mysql.connector.Error as error:
        return [error.errno, type(error).__name__]


def mysql_error_text():
    from mysql.connector import errors
    return str(errors.get_mysql_exception(1045, "x"))


def snowflake():
    import snowflake.connector
    try:
        snowflake.connector.connect(account="x")
    except Exception as error:
        return type(error).__name__


def postgres():
    import psycopg
    try:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=1")
    except psycopg.OperationalError as error:
        return [psycopg.pq.__impl__, type(error).__name__]


def postgres_sql():
    import psycopg  # noqa: F401
    from psycopg import sql
    return sql.SQL("select {}").format(sql.Identifier("a")).as_string(None)


def open_ai():
    import openai
    try:
        openai.OpenAI(api_key="x", base_url="http://127.0.0.1:1", max_retries=0).chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])
    except openai.OpenAIError as error:
        return type(error).__name__


def http():
    import httpx
    try:
        httpx.get("http://127.0.0.1:1")
    except httpx.HTTPError as error:
        return type(error).__name__


def remote_call():
    import grpc
    try:
        grpc.insecure_channel("127.0.0.1:1").unary_unary("/a/b")(b"", timeout=1)
    except grpc.RpcError as error:
        return error.code().name


def message():
    from google.protobuf import json_format, struct_pb2, timestamp_pb2
    return [json_format.MessageToJson(struct_pb2.Value(number_value=1)), timestamp_pb2.Timestamp(seconds=1).ToJsonString()]


def packed():
    import msgpack
    return msgpack.unpackb(msgpack.packb({"a": [1]}))
