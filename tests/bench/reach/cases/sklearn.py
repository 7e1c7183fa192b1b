# pip: scikit-learn
from sklearn.linear_model import LinearRegression


def train():
    model = LinearRegression().fit([[0], [1], [2]], [1, 3, 5])
    answer = model.predict([[4]])
    return round(float(answer[0]), 6)


def _xy():
    import numpy as np
    rng = np.random.RandomState(0)
    x = rng.rand(40, 3)
    return x, (x[:, 0] > 0.5).astype(int)


def forests():
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    x, y = _xy()
    return [float(m(random_state=0).fit(x, y).score(x, y)) > 0.5 for m in (GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier)]


def support_vectors():
    from sklearn.svm import SVC, LinearSVC
    x, y = _xy()
    return [SVC(probability=True).fit(x, y).predict(x[:2]).tolist(), LinearSVC().fit(x, y).predict(x[:2]).tolist()]


def clusters():
    from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
    x, y = _xy()
    return [len(set(m.fit_predict(x))) for m in (KMeans(3, n_init=2, random_state=0), DBSCAN(), AgglomerativeClustering(2))]


def pipeline():
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    pipe = make_pipeline(SimpleImputer(), ColumnTransformer([("s", StandardScaler(), [0]), ("o", OneHotEncoder(), [1])]))
    return pipe.fit_transform([[1.0, 0], [2.0, 1], [float("nan"), 1]]).shape


def text():
    from sklearn.feature_extraction.text import TfidfVectorizer
    return sorted(TfidfVectorizer(stop_words="english").fit(["a big dog", "the small cat"]).vocabulary_)


def decomposition():
    from sklearn.decomposition import NMF, PCA
    from sklearn.manifold import TSNE
    x, _ = _xy()
    return [PCA(2).fit_transform(x).shape, NMF(2, max_iter=500).fit_transform(x).shape, TSNE(perplexity=5, max_iter=250).fit_transform(x).shape]


def selection():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, cross_val_score
    x, y = _xy()
    return [GridSearchCV(LogisticRegression(), {"C": [1, 10]}, cv=2).fit(x, y).best_params_["C"] > 0, len(cross_val_score(LogisticRegression(), x, y, cv=3))]


def metrics():
    from sklearn import metrics as m
    return [m.f1_score([1, 0, 1], [1, 1, 1]), m.roc_auc_score([0, 1], [0.2, 0.9]), m.classification_report([0, 1], [0, 1])[:10]]


def bundled_data():
    from sklearn.datasets import load_iris, load_wine, make_blobs
    return [load_iris().data.shape, load_wine().data.shape, make_blobs(10)[0].shape]


def digits():
    from sklearn.datasets import load_digits
    return load_digits().data.shape


def persistence():
    import joblib
    from sklearn.tree import DecisionTreeClassifier
    x, y = _xy()
    joblib.dump(DecisionTreeClassifier().fit(x, y), "/tmp/m.joblib", compress=3)
    return joblib.load("/tmp/m.joblib").score(x, y)


def neighbours():
    from sklearn.neighbors import KernelDensity, KNeighborsClassifier
    x, y = _xy()
    return [bool(KNeighborsClassifier().fit(x, y).score(x, y) > 0.5), bool(KernelDensity().fit(x).score(x) != 0)]


def network():
    from sklearn.neural_network import MLPClassifier
    x, y = _xy()
    return MLPClassifier((4,), max_iter=20, random_state=0).fit(x, y).predict(x[:2]).shape


def html_representation():
    return "<div" in LinearRegression()._repr_html_()


def estimators_by_listing():
    from sklearn.utils.discovery import all_estimators
    return len(all_estimators()) > 100


def experimental():
    from sklearn.experimental import enable_iterative_imputer  # noqa
    from sklearn.impute import IterativeImputer
    return IterativeImputer().fit_transform([[1, 2], [3, float("nan")]]).shape
