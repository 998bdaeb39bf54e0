//! What leads to types of linear algebra: those of `glam`, `nalgebra` and `ndarray`, by the imports of their names.
//!
//! It is a guess like all that is known: a type of another crate of the same name has no rules in the run-time half, and
//! rustc says so.

use crate::tables::{HashMap, HashSet};
use syn::ext::IdentExt;

/// A crate whose types derivatives flow through as through structs of the user's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Library {
    /// `glam`
    Glam,
    /// `nalgebra`
    Nalgebra,
    /// `ndarray`
    Ndarray,
}

const GLAM: [&str; 14] = [
    "Vec2", "Vec3", "Vec4", "DVec2", "DVec3", "DVec4", "Mat2", "Mat3", "Mat4", "DMat2", "DMat3", "DMat4",
    "Quat", "DQuat",
];

const NALGEBRA: [&str; 45] = [
    "SVector",
    "SMatrix",
    "DVector",
    "DMatrix",
    "RowDVector",
    "RowSVector",
    "Vector1",
    "Vector2",
    "Vector3",
    "Vector4",
    "Vector5",
    "Vector6",
    "RowVector2",
    "RowVector3",
    "RowVector4",
    "Matrix1",
    "Matrix2",
    "Matrix3",
    "Matrix4",
    "Matrix5",
    "Matrix6",
    "Matrix2x3",
    "Matrix2x4",
    "Matrix2x5",
    "Matrix2x6",
    "Matrix3x2",
    "Matrix3x4",
    "Matrix3x5",
    "Matrix3x6",
    "Matrix4x2",
    "Matrix4x3",
    "Matrix6x2",
    "Matrix6x3",
    "Rotation2",
    "Rotation3",
    "Rotation",
    "UnitQuaternion",
    "UnitComplex",
    "Point2",
    "Point3",
    "Isometry3",
    // What the run-time half has of its own.
    "LuDyn",
    "LuConst",
    "CholeskyDyn",
    "CholeskyConst",
];

const NDARRAY: [&str; 4] = ["Array1", "Array2", "ArrayView1", "ArrayView2"];

impl Library {
    /// By its name.
    pub fn of(name: &str) -> Option<Library> {
        match name {
            "glam" => Some(Library::Glam),
            "nalgebra" => Some(Library::Nalgebra),
            "ndarray" => Some(Library::Ndarray),
            _ => None,
        }
    }

    /// Its name, and that of the feature.
    pub fn name(self) -> &'static str {
        match self {
            Library::Glam => "glam",
            Library::Nalgebra => "nalgebra",
            Library::Ndarray => "ndarray",
        }
    }

    /// How many parameters one of its types has.
    pub fn parameters(self, name: &str) -> usize {
        match (self, name) {
            (Library::Glam, _) => 0,
            (_, "SVector" | "RowSVector" | "Rotation" | "LuConst" | "CholeskyConst") => 2,
            (_, "SMatrix") => 3,
            _ => 1,
        }
    }

    /// Whether it has a type of this name that derivatives flow through.
    pub fn has(self, name: &str) -> bool {
        match self {
            Library::Glam => GLAM.contains(&name),
            Library::Nalgebra => NALGEBRA.contains(&name),
            Library::Ndarray => NDARRAY.contains(&name),
        }
    }
}

/// The macro that makes arrays: `array![1.0, 2.0]`.
const ARRAY: &str = "array";

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub(super) struct Linear {
    /// Other names of the crates: `use nalgebra as na;`.
    crates: HashMap<String, Library>,
    /// The types that are imported, by their names here.
    names: HashMap<String, (Library, String)>,
    /// `use glam::*;`
    globs: Vec<Library>,
    /// Names that mean something of the user's.
    hidden: HashSet<String>,
}

impl Linear {
    /// A name means something of the user's.
    pub fn hide(&mut self, name: &str) {
        self.crates.remove(name);
        self.names.remove(name);
        self.hidden.insert(name.to_string());
    }

    /// What an import says.
    pub fn learn(&mut self, import: &syn::UseTree) {
        match import {
            syn::UseTree::Path(t) => {
                let name = t.ident.unraw().to_string();
                let library = Library::of(&name).or_else(|| self.crates.get(&name).copied());
                library.into_iter().for_each(|library| self.inside(library, &t.tree));
            }
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| self.learn(t)),
            syn::UseTree::Rename(t) => {
                if let Some(library) = Library::of(&t.ident.unraw().to_string()) {
                    self.crates.insert(t.rename.unraw().to_string(), library);
                }
            }
            syn::UseTree::Name(t) => drop(self.hidden.remove(&t.ident.unraw().to_string())),
            syn::UseTree::Glob(_) => {}
        }
    }

    /// Behind `nalgebra::`, in whichever of its modules.
    fn inside(&mut self, library: Library, import: &syn::UseTree) {
        let mut named = |from: &syn::Ident, to: &syn::Ident| {
            let from = from.unraw().to_string();
            match from == "self" {
                true => drop(self.crates.insert(to.unraw().to_string(), library)),
                false if library.has(&from) || (library == Library::Ndarray && from == ARRAY) => {
                    drop(self.names.insert(to.unraw().to_string(), (library, from)))
                }
                false => {}
            }
        };
        match import {
            syn::UseTree::Path(t) => self.inside(library, &t.tree),
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| self.inside(library, t)),
            syn::UseTree::Rename(t) => named(&t.ident, &t.rename),
            syn::UseTree::Name(t) => named(&t.ident, &t.ident),
            syn::UseTree::Glob(_) => self.globs.push(library),
        }
    }

    /// Takes over what an import of everything, or of one name, brings from another module.
    pub fn inherit(&mut self, outer: &Linear, name: Option<(&str, &str)>, hiding: &HashSet<String>) {
        match name {
            Some((from, to)) => {
                if let Some(ty) = outer.ty(from) {
                    self.names.insert(to.to_string(), ty);
                }
            }
            None => {
                let seen = |name: &String| !hiding.contains(name);
                let crates = outer.crates.iter().filter(|(name, _)| seen(name));
                self.crates.extend(crates.map(|(name, library)| (name.clone(), *library)));
                let names = outer.names.iter().filter(|(name, _)| seen(name));
                self.names.extend(names.map(|(name, ty)| (name.clone(), ty.clone())));
                self.globs.extend(&outer.globs);
            }
        }
    }

    fn ty(&self, name: &str) -> Option<(Library, String)> {
        if let Some(ty) = self.names.get(name) {
            return Some(ty.clone());
        }
        let brought = self.globs.iter().find(|library| library.has(name) && !self.hidden.contains(name));
        brought.map(|library| (*library, name.to_string()))
    }

    /// Whether a path is that of `ndarray`'s macro for arrays.
    pub fn is_array_macro(&self, path: &syn::Path) -> bool {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        match &names[..] {
            [name] if self.names.contains_key(name) => self
                .names
                .get(name)
                .is_some_and(|(library, name)| (*library, &**name) == (Library::Ndarray, ARRAY)),
            [name] => name == ARRAY && self.globs.contains(&Library::Ndarray) && !self.hidden.contains(name),
            [library, name] => {
                let found = self.crates.get(library).copied().or_else(|| Library::of(library));
                name == ARRAY && found == Some(Library::Ndarray) && !self.hidden.contains(library)
            }
            _ => false,
        }
    }

    /// The type that a path leads to, as its crate calls it.
    pub fn find(&self, path: &syn::Path) -> Option<(Library, String)> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        let found = match &names[..] {
            [.., linear, library, name] if linear == "linear" => (Library::of(library)?, name.clone()),
            [name] => return self.ty(name).filter(|(library, name)| library.has(name)),
            [first, .., name] => {
                let renamed = self.crates.get(first).copied();
                let own = || Library::of(first).filter(|_| !self.hidden.contains(first));
                (renamed.or_else(own)?, name.clone())
            }
            [] => return None,
        };
        found.0.has(&found.1).then_some(found)
    }
}
