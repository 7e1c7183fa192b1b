# pip: scipy
from scipy import stats


def train():
    result = stats.linregress([0, 1, 2, 3], [1, 3, 5, 7])
    return [round(result.slope, 6), round(result.intercept, 6)]


def fourier():
    from scipy import fft
    return [round(abs(x), 6) for x in fft.rfft([1.0, 2.0, 3.0, 4.0])]


def minimise():
    from scipy.optimize import minimize, rosen
    return [round(float(x), 2) for x in minimize(rosen, [1.3, 0.7], method="Nelder-Mead").x]


def mixed_integer():
    from scipy.optimize import LinearConstraint, milp
    return milp([-1, -2], integrality=[1, 1], constraints=LinearConstraint([[1, 1]], ub=[4])).x.tolist()


def interpolate():
    from scipy.interpolate import CubicSpline, RBFInterpolator
    import numpy as np
    x = np.arange(5.0)
    return [round(float(CubicSpline(x, x ** 2)(2.5)), 4), RBFInterpolator(x[:, None], x)(np.array([[1.5]])).round(3).tolist()]


def filters():
    from scipy import signal
    b, a = signal.butter(3, 0.2)
    return signal.lfilter(b, a, [1.0, 0, 0, 0]).round(5).tolist()


def image():
    from scipy import ndimage
    import numpy as np
    labels, count = ndimage.label(np.eye(4))
    return [int(count), ndimage.gaussian_filter(np.eye(3), 1).round(4).tolist()]


def sparse_solve():
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import eigsh, spsolve
    import numpy as np
    a = csr_matrix(np.diag([1.0, 2, 3, 4, 5]))
    return [spsolve(a, np.ones(5)).round(4).tolist(), eigsh(a, k=1)[0].round(4).tolist()]


def graph():
    from scipy.sparse.csgraph import shortest_path
    import numpy as np
    return shortest_path(np.array([[0, 1.0, 0], [0, 0, 2], [0, 0, 0]])).tolist()[0]


def neighbours():
    from scipy.spatial import ConvexHull, Delaunay, KDTree
    points = [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]]
    return [int(KDTree(points).query([0.9, 0.9])[1]), len(ConvexHull(points).vertices), len(Delaunay(points).simplices)]


def rotation():
    from scipy.spatial.transform import Rotation
    return Rotation.from_euler("z", 90, degrees=True).apply([1, 0, 0]).round(5).tolist()


def integrate():
    from scipy.integrate import quad, solve_ivp
    return [round(quad(lambda x: x * x, 0, 3)[0], 6), round(float(solve_ivp(lambda t, y: -y, (0, 1), [1.0]).y[0, -1]), 3)]


def matlab_file():
    import scipy.io
    scipy.io.savemat("/tmp/a.mat", {"x": [1, 2]})
    return scipy.io.loadmat("/tmp/a.mat")["x"].tolist()


def wav_file():
    from scipy.io import wavfile
    import numpy as np
    wavfile.write("/tmp/a.wav", 8000, np.zeros(10, np.int16))
    return len(wavfile.read("/tmp/a.wav")[1])


def cluster():
    from scipy.cluster.hierarchy import fcluster, linkage
    return fcluster(linkage([[0.0], [0.1], [5.0]]), 1, "distance").tolist()


def constants_and_datasets():
    import scipy.constants
    return scipy.constants.value("electron mass")


def lazy_attribute():
    import scipy
    return [round(float(scipy.linalg.det([[1.0, 2], [3, 4]])), 4), float(scipy.special.gamma(5))]
