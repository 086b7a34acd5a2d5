"""ROS: colcon and catkin, as Debian has them."""

from recipes.recipe import Place, Recipe

PAGE = "build-systems/ros.md"
COLCON = ("colcon", "python3-colcon-cmake", "python3-colcon-ros", "python3-colcon-recursive-crawl", "python3-colcon-parallel-executor",
          "python3-colcon-package-selection", "python3-colcon-package-information", "python3-colcon-library-path")
URDFDOM = ("googletest", "libconsole-bridge-dev", "libtinyxml-dev", "liburdfdom-headers-dev")
COMM = ("catkin", "libroscpp-core-dev", "libb64-dev", "libboost-dev", "libboost-thread-dev", "libboost-date-time-dev", "liblz4-dev", "libgtest-dev", "python3-dev",
        "python3-empy", "python3-setuptools")


def into_src(*packages: str):
    """Makes the directory of the sources a workspace with these packages of it, or with all."""

    def prepare(place: Place) -> None:
        place.run("mv project package\nmkdir -p project/src", directory="/home/builder")
        for package in packages or (".",):
            place.run(f"cp -R ../package/{package} src/")

    return prepare


RECIPES = [
    Recipe("colcon", PAGE, "colcon with packages of CMake and catkin", packages=("cmake", *COLCON, *URDFDOM), source="urdfdom", prepare=into_src(), least=5),
    Recipe("catkin", PAGE, "catkin_make", packages=("cmake", *COMM), source="ros-ros-comm", prepare=into_src("utilities/xmlrpcpp")),
]
