# Fetches packages by the package manager of the image it runs in, checks their signatures, unpacks them into /lbundle/out.
# Arguments: the names of packages. Runs as whoever owns /lbundle/out, who need not be root. Ends with 3 where the image has no
# package manager for it, 4 where nothing could be fetched, 5 where a signature is not good, 6 where nothing unpacks it.
set -u
here=/tmp/lbundle-packages
rm -rf "$here"
mkdir -p "$here/rpms" "$here/keys"
machine=$(uname -m)
has() { command -v "$1" >/dev/null 2>&1; }

names=
for name in "$@"; do names="$names $name.$machine"; done
downloaded() { ls "$here"/rpms/*.rpm >/dev/null 2>&1; }
if has dnf; then
  dnf -q -y download --destdir "$here/rpms" $names || true
  downloaded || dnf -q -y install --downloadonly --destdir "$here/rpms" $names || true
  downloaded || dnf -q -y reinstall --downloadonly --destdir "$here/rpms" $names || true
elif has yumdownloader; then
  yumdownloader -q --destdir "$here/rpms" $names || true
elif has yum; then
  yum -q -y install --downloadonly --downloaddir "$here/rpms" $names || true
  downloaded || yum -q -y reinstall --downloadonly --downloaddir "$here/rpms" $names || true
else
  echo "the image has neither dnf nor yum" >&2
  exit 3
fi
downloaded || exit 4

# rpm's own list of keys may be empty in an image, or not ours to write to. What is not signed by a key of the image's passes no
# check: rpm calls digests alone good, and so its words count as well as its status.
has rpmkeys || { echo "the image has no rpmkeys, which checks signatures" >&2; exit 3; }
for key in /etc/pki/rpm-gpg/*; do
  [ ! -f "$key" ] || rpmkeys --dbpath "$here/keys" --import "$key" 2>/dev/null || true
done
for package in "$here"/rpms/*.rpm; do
  said=$(rpmkeys --dbpath "$here/keys" --checksig "$package" 2>&1)
  status=$?
  case "$status $said" in
    "0 "*"signatures OK"* | "0 "*" pgp "*" OK"* | "0 "*" gpg "*" OK"*) ;;
    *)
      echo "no good signature: ${said#"$here"/rpms/}" >&2
      exit 5 ;;
  esac
done

cd /lbundle/out || exit 6
for package in "$here"/rpms/*.rpm; do
  if has rpm2cpio && has cpio; then
    rpm2cpio "$package" | cpio --quiet -idm --no-absolute-filenames || exit 6
  elif has bsdtar; then
    bsdtar -xf "$package" || exit 6
  else
    echo "the image has neither rpm2cpio with cpio nor bsdtar" >&2
    exit 6
  fi
  rpm --dbpath "$here/keys" -qp --nosignature --queryformat '%{NAME} %{VERSION}-%{RELEASE}\n' "$package" >>/lbundle/out/lbundle-versions
done
chmod -R u+rwX /lbundle/out
