# pip: sqlalchemy[asyncio] psycopg2-binary pymysql alembic aiosqlite
import sqlalchemy as sa


def train():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        return connection.execute(sa.text("select 1")).scalar()


def mapped_classes():
    from sqlalchemy.orm import Session, declarative_base
    Base = declarative_base()
    User = type("User", (Base,), {"__tablename__": "u", "id": sa.Column(sa.Integer, primary_key=True), "name": sa.Column(sa.String)})
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(name="a"))
        session.commit()
        return session.scalars(sa.select(User.name)).all()


def postgresql_sql():
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects.postgresql import insert
    table = sa.table("t", sa.column("a"))
    return str(insert(table).values(a=1).on_conflict_do_nothing().compile(dialect=postgresql.dialect()))


def mysql_sql():
    from sqlalchemy.dialects import mysql
    return str(sa.select(sa.literal(1)).compile(dialect=mysql.dialect()))


def oracle_and_mssql():
    from sqlalchemy.dialects import mssql, oracle
    query = sa.select(sa.column("a")).select_from(sa.table("t")).limit(3)
    return [str(query.compile(dialect=d)) for d in (mssql.dialect(), oracle.dialect())]


def postgresql_engine():
    try:
        sa.create_engine("postgresql+psycopg2://u:p@127.0.0.1:9/d").connect()
    except sa.exc.OperationalError as error:
        return type(error.orig).__name__


def mysql_engine():
    try:
        sa.create_engine("mysql+pymysql://u:p@127.0.0.1:9/d").connect()
    except sa.exc.OperationalError as error:
        return type(error.orig).__name__


def asynchronous():
    import asyncio
    from sqlalchemy.ext.asyncio import create_async_engine

    async def go():
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            return (await connection.execute(sa.text("select 2"))).scalar()
    return asyncio.run(go())


def reflection():
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        connection.execute(sa.text("create table t (a integer primary key, b text)"))
    return [c["name"] for c in sa.inspect(engine).get_columns("t")]


def automap():
    from sqlalchemy.ext.automap import automap_base
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.begin() as connection:
        connection.execute(sa.text("create table t (a integer primary key)"))
    base = automap_base()
    base.prepare(autoload_with=engine)
    return sorted(base.classes.keys())


def extensions():
    from sqlalchemy.ext.hybrid import hybrid_property
    from sqlalchemy.ext.mutable import MutableDict
    from sqlalchemy.ext.orderinglist import ordering_list
    from sqlalchemy.ext.associationproxy import association_proxy
    return [x.__name__ for x in (hybrid_property, MutableDict, ordering_list, association_proxy)]


def unknown_dialect():
    try:
        sa.create_engine("nonesuch://")
    except sa.exc.NoSuchModuleError as error:
        return str(error)


def error_text():
    try:
        sa.create_engine("sqlite://").connect().execute(sa.text("select x"))
    except sa.exc.OperationalError as error:
        return str(error)[:60]


def migrations():
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        Operations(MigrationContext.configure(connection)).create_table("t", sa.Column("a", sa.Integer))
        return connection.execute(sa.text("select count(*) from t")).scalar()
