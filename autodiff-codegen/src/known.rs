//! What is known of the items around a function, where the attribute stands on its module or `impl` block, and of the
//! items in its own body: what type names stand for, and the types of constants, fields and results.
//!
//! All of it goes by name, as far as the items' own tokens say; what could be something else (behind a `cfg`, or
//! hidden by an import) is not known.

mod integers;
mod libm;
mod linear;
mod own_floats;

use crate::surroundings::leaves;
use crate::tables::{HashMap, HashSet};
pub(crate) use integers::is_plain;
use libm::Libm;
pub use linear::Library;
use linear::Linear;
pub use own_floats::{OwnFloat, OwnMethod};
pub(crate) use own_floats::{has_methods, is_arithmetic, of_float};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::rc::Rc;
use syn::ext::IdentExt;

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Type aliases: their parameters, and what they stand for.
    aliases: HashMap<String, (Vec<String>, syn::Type)>,
    /// The types of constants and statics.
    consts: HashMap<String, syn::Type>,
    /// What constants of integers are made of.
    integers: HashMap<String, syn::Expr>,
    /// The results of functions without type parameters of their own.
    results: HashMap<String, syn::Type>,
    /// The signatures of the others.
    generic: HashMap<String, syn::Signature>,
    /// The functions that take functions, with their bodies.
    takers: HashMap<String, Rc<syn::ItemFn>>,
    /// Methods of this module that hand out references, by `Type::name`; none of those that there may be several of.
    accessors: HashMap<String, Option<Rc<crate::parse::Accessor>>>,
    /// The methods that return references, looked into or not, by `Type::name`.
    hands_out: HashSet<String>,
    /// How functions are lent their arguments, by their names or `Type::name`.
    lent: HashMap<String, Vec<Lent>>,
    /// The functions of the module itself.
    own: HashSet<String>,
    /// The paths of functions in modules of their own names.
    of_modules: HashMap<String, String>,
    /// The types of the user's, by which aliases are told from others.
    types: HashSet<String>,
    /// Structs: their parameters, and the types of their fields.
    structs: HashMap<String, (Vec<String>, HashMap<String, syn::Type>)>,
    /// How many lifetimes types have that have some.
    lifetimes: HashMap<String, usize>,
    /// Those of them that derivatives flow through, and their fields that are constants.
    differentiable: HashMap<String, HashSet<String>>,
    /// Types that derivatives surely can't flow through: nothing on them could be the derive under another name.
    underived: HashMap<String, Underived>,
    /// What operators give, by their names in `std::ops` and those of the operands' types.
    operators: HashMap<(String, String, String), syn::Type>,
    /// How methods take what they are called on, by `Type::name`.
    receivers: HashMap<String, Receiver>,
    /// The constants and functions' results of types' `impl` blocks, by `Type::name`.
    associated: HashMap<String, (Vec<String>, syn::Type)>,
    /// Functions without the attribute, as far as they are seen in other files' modules.
    plain: HashSet<String>,
    /// Those of them of which it is certain that calls lead to them.
    underivable: HashSet<String>,
    /// Traits that only floats have, since they ask for a trait of floats.
    float_traits: HashSet<String>,
    /// Modules, types and imports, by which a primitive type may be hidden.
    hiding: HashSet<String>,
    /// Traits and, with a `!` behind them, macros of the user's, which may have the names of others.
    shadowing: HashSet<String>,
    /// Functions that the attribute on the module left alone, and why.
    left_out: HashMap<String, String>,
    /// Operators that the attribute on the module left alone, by the same names as above: their `impl`, and why. They are those
    /// of this module only; what another one leaves out, rustc finds.
    left_out_operators: HashMap<(String, String, String), (String, String)>,
    /// What leads to the crate `libm`.
    libm: Libm,
    /// What leads to types of linear algebra.
    linear: Linear,
    /// Traits of the user's for floats.
    own_floats: own_floats::OwnFloats,
}

impl Known {
    /// Takes over which names may be other ones than they seem.
    pub fn doubt(&mut self, other: &Known) {
        self.hiding.extend(other.hiding.iter().cloned());
        self.shadowing.extend(other.shadowing.iter().cloned());
    }

    /// What these items say.
    pub fn of<'i>(items: impl IntoIterator<Item = &'i syn::Item>) -> Known {
        Known::default().with(items)
    }

    /// What these items say besides, going before what is known already.
    pub fn with<'i>(mut self, items: impl IntoIterator<Item = &'i syn::Item>) -> Known {
        let items: Vec<&syn::Item> = items.into_iter().collect();
        let names = |item: &syn::Item| -> Vec<String> {
            defined(item).into_iter().map(|name| format!("{}{name}", namespace(item))).collect()
        };
        let mut times: HashMap<String, usize> = HashMap::default();
        for item in &items {
            self.shadowing.extend(shadowing(item));
            for name in defined(item) {
                self.forget(&name);
                self.libm.hide(&name);
                self.linear.hide(&name);
                if !modules_of_std(item).contains(&name) {
                    self.hiding.insert(name);
                }
            }
            names(item).into_iter().for_each(|name| *times.entry(name).or_default() += 1);
        }
        for item in items {
            if let syn::Item::Impl(i) = item
                && i.trait_.is_some()
            {
                self.own_floats.learn_impl(i);
            }
            // Twice the same name is one behind `cfg`s.
            if !is_configured(item) && names(item).iter().all(|name| times.get(name) == Some(&1)) {
                self.learn(item);
            }
        }
        self
    }

    /// Type and const parameters hide whatever has their name.
    pub fn parameters(&mut self, generics: &syn::Generics) {
        for name in parameters(generics) {
            self.forget(&name);
            self.linear.hide(&name);
        }
        for param in generics.const_params() {
            self.consts.insert(param.ident.unraw().to_string(), param.ty.clone());
        }
    }

    fn forget(&mut self, name: &str) {
        self.aliases.remove(name);
        self.consts.remove(name);
        self.integers.remove(name);
        self.results.remove(name);
        self.generic.remove(name);
        self.takers.remove(name);
        self.lent.remove(name);
        self.own.remove(name);
        self.plain.remove(name);
        self.underivable.remove(name);
        self.float_traits.remove(name);
        self.own_floats.forget(name);
        self.types.remove(name);
        self.structs.remove(name);
        self.lifetimes.remove(name);
        self.differentiable.remove(name);
        self.underived.remove(name);
        self.left_out.remove(name);
        let module = format!("{name}::");
        self.associated.retain(|key, _| !key.starts_with(&module));
        self.receivers.retain(|key, _| !key.starts_with(&module));
        self.accessors.retain(|key, _| !key.starts_with(&module));
        self.hands_out.retain(|key| !key.starts_with(&module));
        self.lent.retain(|key, _| !key.starts_with(&module));
        self.aliases.retain(|key, _| !key.starts_with(&module));
        self.consts.retain(|key, _| !key.starts_with(&module));
        self.integers.retain(|key, _| !key.starts_with(&module));
        self.results.retain(|key, _| !key.starts_with(&module));
        self.generic.retain(|key, _| !key.starts_with(&module));
        self.of_modules.retain(|key, _| !key.starts_with(&module));
    }

    fn learn(&mut self, item: &syn::Item) {
        if let syn::Item::Struct(syn::ItemStruct { ident, generics, .. })
        | syn::Item::Enum(syn::ItemEnum { ident, generics, .. })
        | syn::Item::Union(syn::ItemUnion { ident, generics, .. }) = item
        {
            let name = ident.unraw().to_string();
            if let Some(underived) = Underived::of(item) {
                self.underived.insert(name.clone(), underived);
            }
            let lifetimes = generics.lifetimes().count();
            if lifetimes > 0 {
                self.lifetimes.insert(name.clone(), lifetimes);
            }
            self.types.insert(name);
        }
        match item {
            syn::Item::Type(i) => {
                let name = i.ident.unraw().to_string();
                if let Ok(ty) = syn::parse2(elided(i.ty.to_token_stream(), &i.generics)) {
                    self.aliases.insert(name, (parameters(&i.generics), ty));
                }
            }
            syn::Item::Const(i) => {
                let name = i.ident.unraw().to_string();
                if is_plain(i) {
                    self.integers.insert(name.clone(), (*i.expr).clone());
                }
                self.consts.insert(name, (*i.ty).clone());
            }
            syn::Item::Trait(i) => {
                if crate::parse::types::has_float_bound(&i.supertraits, self) {
                    self.float_traits.insert(i.ident.unraw().to_string());
                }
                if i.generics.params.is_empty() {
                    self.own_floats.learn_trait(i);
                }
            }
            syn::Item::Static(i) => drop(self.consts.insert(i.ident.unraw().to_string(), (*i.ty).clone())),
            syn::Item::Fn(i) => {
                let name = i.sig.ident.unraw().to_string();
                self.own.insert(name.clone());
                if !i.attrs.iter().any(is_backprop) {
                    self.plain.insert(name.clone());
                }
                self.lent.insert(name.clone(), lent(&i.sig));
                if crate::parse::is_taker(i) {
                    self.takers.insert(name.clone(), Rc::new(i.clone()));
                }
                match result(&i.sig) {
                    Some(ty) => drop(self.results.insert(name, ty)),
                    None if i.sig.asyncness.is_none() => drop(self.generic.insert(name, i.sig.clone())),
                    None => {}
                }
            }
            syn::Item::Struct(i) => {
                let fields = i.fields.iter().enumerate().map(|(n, field)| {
                    let name = field.ident.as_ref().map_or_else(|| n.to_string(), |f| f.unraw().to_string());
                    (name, field.ty.clone())
                });
                let known = (parameters(&i.generics), fields.collect());
                let name = i.ident.unraw().to_string();
                self.structs.insert(name.clone(), known);
                if crate::derive::is_derived(&i.attrs) {
                    self.differentiable.insert(name, crate::derive::passive_fields(i));
                }
            }
            syn::Item::Impl(i) if i.trait_.is_none() => self.learn_impl(i),
            syn::Item::Impl(i) => {
                // The derive's traits may be implemented by hand.
                let of_std = i.trait_.as_ref().is_some_and(|(_, of, _)| {
                    of.segments.last().is_some_and(|s| s.ident != "Diff" && s.ident != "Differentiable")
                });
                if let (false, Some(name)) = (of_std, type_name(&i.self_ty)) {
                    self.underived.remove(&name);
                }
                self.learn_operator(i);
            }
            syn::Item::Use(i) => {
                self.learn_use(&i.tree, &mut Vec::new());
                self.libm.learn(&i.tree);
                self.linear.learn(&i.tree);
            }
            _ => {}
        }
    }

    fn learn_operator(&mut self, block: &syn::ItemImpl) {
        let Some(operator) = crate::operators::Operator::of(block) else { return };
        let Some(output) = operator.output() else { return };
        self.operators.insert(operator.key(), with_self(&output, &block.self_ty));
    }

    /// What an operator gives, by its name in `std::ops` and those of its operands' types.
    pub fn operator(&self, name: &str, a: &str, b: &str) -> Option<syn::Type> {
        self.operators.get(&(name.to_string(), a.to_string(), b.to_string())).cloned()
    }

    /// Notes that an operator has no derivative, and why.
    pub fn leave_out_operator(&mut self, key: (String, String, String), of: &str, why: &str) -> bool {
        self.left_out_operators.insert(key, (of.to_string(), why.to_string())).is_none()
    }

    /// The `impl` of an operator that has no derivative, and why it has none.
    pub fn left_out_operator(&self, name: &str, a: &str, b: &str) -> Option<&(String, String)> {
        self.left_out_operators.get(&(name.to_string(), a.to_string(), b.to_string()))
    }

    fn learn_impl(&mut self, block: &syn::ItemImpl) {
        let Some(of) = type_name(&block.self_ty) else { return };
        let generic = parameters(&block.generics);
        let arguments = plain_arguments(&block.self_ty, &generic);
        for item in &block.items {
            if let syn::ImplItem::Fn(f) = item {
                let key = format!("{of}::{}", f.sig.ident.unraw());
                self.lent.insert(key.clone(), lent(&f.sig));
                let accessor: Option<crate::parse::Accessor> =
                    crate::parse::Accessor::of(f).filter(|_| block.generics.params.is_empty());
                let other = |found: &Option<Rc<crate::parse::Accessor>>| {
                    found.as_ref().map(|f| f.text()) != accessor.as_ref().map(|f| f.text())
                };
                let several = self.accessors.get(&key).is_some_and(other);
                self.accessors.insert(key.clone(), accessor.filter(|_| !several).map(Rc::new));
                if let Some(receiver) = f.sig.receiver() {
                    if let syn::ReturnType::Type(_, ty) = &f.sig.output
                        && matches!(**ty, syn::Type::Reference(_))
                    {
                        self.hands_out.insert(key.clone());
                    }
                    self.receivers.insert(key, Receiver::of(receiver));
                }
            }
            let (name, ty) = match item {
                syn::ImplItem::Const(c) => (&c.ident, Some(c.ty.clone())),
                syn::ImplItem::Fn(f) => (&f.sig.ident, result(&f.sig)),
                _ => continue,
            };
            let Some(ty) = ty else { continue };
            let ty = with_self(&ty, &block.self_ty);
            let own: Vec<String> = generic.iter().filter(|name| !arguments.contains(name)).cloned().collect();
            if !mentions(&ty.to_token_stream(), &own) {
                self.associated.insert(format!("{of}::{}", name.unraw()), (arguments.clone(), ty));
            }
        }
    }

    /// Constants of `std`.
    fn learn_use(&mut self, tree: &syn::UseTree, path: &mut Vec<String>) {
        let leaf = |known: &mut Known, name: &syn::Ident, path: &[String]| {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            if let ["std" | "core", float @ ("f32" | "f64"), "consts", _] = names[..]
                && let Ok(ty) = syn::parse_str(float)
            {
                known.consts.insert(name.unraw().to_string(), ty);
            }
        };
        match tree {
            syn::UseTree::Path(t) => {
                path.push(t.ident.to_string());
                self.learn_use(&t.tree, path);
                path.pop();
            }
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| self.learn_use(t, path)),
            syn::UseTree::Name(t) => {
                path.push(t.ident.to_string());
                leaf(self, &t.ident, path);
                path.pop();
            }
            syn::UseTree::Rename(t) => {
                path.push(t.ident.to_string());
                leaf(self, &t.rename, path);
                path.pop();
            }
            syn::UseTree::Glob(_) => {}
        }
    }

    /// Takes over everything, or one name, from the module around this one.
    pub fn inherit(&mut self, outer: &Known, name: Option<(&str, &str)>) {
        fn take<T: Clone>(
            own: &mut HashMap<String, T>,
            outer: &HashMap<String, T>,
            (name, hiding): (Option<(&str, &str)>, &HashSet<String>),
        ) {
            match name {
                Some((from, to)) => {
                    if let Some(value) = outer.get(from) {
                        own.insert(to.to_string(), value.clone());
                    }
                }
                None => {
                    // What a `*` brings in is hidden by whatever has the name here.
                    for (name, value) in outer.iter().filter(|(name, _)| !hiding.contains(*name)) {
                        own.entry(name.clone()).or_insert_with(|| value.clone());
                    }
                }
            }
        }
        let hiding = &self.hiding;
        take(&mut self.aliases, &outer.aliases, (name, hiding));
        take(&mut self.consts, &outer.consts, (name, hiding));
        take(&mut self.integers, &outer.integers_elsewhere(), (name, hiding));
        take(&mut self.results, &outer.results, (name, hiding));
        take(&mut self.generic, &outer.generic, (name, hiding));
        take(&mut self.takers, &outer.takers, (name, hiding));
        take(&mut self.lent, &outer.lent, (name, hiding));
        take(&mut self.structs, &outer.structs, (name, hiding));
        take(&mut self.lifetimes, &outer.lifetimes, (name, hiding));
        take(&mut self.differentiable, &outer.differentiable, (name, hiding));
        take(&mut self.underived, &outer.underived, (name, hiding));
        take(&mut self.left_out, &outer.left_out, (name, hiding));
        for (key, ty) in &outer.operators {
            self.operators.entry(key.clone()).or_insert_with(|| ty.clone());
        }
        self.libm.inherit(&outer.libm, name, hiding);
        self.linear.inherit(&outer.linear, name, hiding);
        self.own_floats.inherit(&outer.own_floats, name, hiding);
        let sets = [
            (&mut self.types, &outer.types),
            (&mut self.plain, &outer.plain),
            (&mut self.float_traits, &outer.float_traits),
        ];
        for (own, outer) in sets {
            match name {
                Some((from, to)) if outer.contains(from) => drop(own.replace(to.to_string())),
                Some(_) => {}
                None => own.extend(outer.iter().filter(|name| !hiding.contains(*name)).cloned()),
            }
        }
        if let Some((from, to)) = name {
            of_type(&mut self.associated, &outer.associated, from, to);
            of_type(&mut self.receivers, &outer.receivers, from, to);
            of_type(&mut self.lent, &outer.lent, from, to);
        }
        if name.is_none() {
            self.shadowing.extend(outer.shadowing.iter().cloned());
            take(&mut self.associated, &outer.associated, (None, hiding));
            take(&mut self.receivers, &outer.receivers, (None, hiding));
        }
    }

    /// The same for another module: aliases are followed to the end, since they mean nothing there, and what other
    /// names mean there is not what they mean here.
    pub fn elsewhere(&self) -> Known {
        let mut out = self.clone();
        let close = |ty: &syn::Type, own: &[String]| self.closed(ty, own);
        out.aliases.values_mut().for_each(|(own, ty)| *ty = close(ty, own));
        out.consts.values_mut().chain(out.results.values_mut()).for_each(|ty| *ty = close(ty, &[]));
        for sig in out.generic.values_mut() {
            let own = parameters(&sig.generics);
            for input in &mut sig.inputs {
                if let syn::FnArg::Typed(typed) = input {
                    *typed.ty = close(&typed.ty, &own);
                }
            }
            if let syn::ReturnType::Type(_, ty) = &mut sig.output {
                **ty = close(ty, &own);
            }
        }
        let own = |ty: &syn::Type| !mentions(&ty.to_token_stream(), &["elsewhere".into()]);
        out.aliases.retain(|_, (_, ty)| own(ty));
        out.consts.retain(|_, ty| own(ty));
        out.results.retain(|_, ty| own(ty));
        out.generic.retain(|_, sig| matches!(&sig.output, syn::ReturnType::Type(_, ty) if own(ty)));
        for (own, fields) in out.structs.values_mut() {
            fields.values_mut().for_each(|ty| *ty = close(ty, own));
        }
        for (key, (own, ty)) in &mut out.associated {
            // A type's own name is known by whoever imports it.
            let mut own = own.clone();
            own.extend(key.split("::").next().map(str::to_string));
            *ty = close(ty, &own);
        }
        out.associated.retain(|_, (_, ty)| own(ty));
        out.left_out = HashMap::default();
        out.left_out_operators = HashMap::default();
        out.own_floats = self.own_floats_elsewhere();
        out
    }

    fn closed(&self, ty: &syn::Type, own: &[String]) -> syn::Type {
        let mut ty = ty.clone();
        syn::visit_mut::VisitMut::visit_type_mut(&mut Close { known: self, own, depth: 0 }, &mut ty);
        ty
    }

    /// Notes that a function has no companions, and why.
    pub fn leave_out(&mut self, name: &str, why: &str) -> bool {
        self.left_out.insert(name.to_string(), why.to_string()).is_none()
    }

    /// Whether a function of this name has no companions, free or of whatever type.
    pub fn is_left_out_somewhere(&self, name: &str) -> bool {
        self.left_out.keys().any(|key| key == name || key.ends_with(&format!("::{name}")))
    }

    /// Why a function has no companions, if it has none.
    pub fn left_out(&self, name: &str) -> Option<&str> {
        self.left_out.get(name).map(String::as_str)
    }

    /// Whether a path leads to a type of the user's, which is another name of nothing.
    pub fn is_user_type(&self, path: &syn::Path) -> bool {
        written(path).is_some_and(|name| self.types.contains(&name))
    }

    /// Whether an item of this name hides the primitive type.
    pub fn hides(&self, name: &str) -> bool {
        self.hiding.contains(name) && !self.aliases.contains_key(name)
    }

    /// Whether the user's code has a trait of this name, or a macro of this name with a `!`.
    pub fn shadows(&self, name: &str) -> bool {
        self.shadowing.contains(name)
    }

    /// What a function is called in the crate `libm`, if its path leads there.
    pub fn libm(&self, path: &syn::Path) -> Option<String> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        match &names[..] {
            [krate, name] if path.leading_colon.is_some() => (krate == "libm").then(|| name.clone()),
            [module, name] => self.libm.module(module).then(|| name.clone()),
            [name] if self.results.contains_key(name) || self.generic.contains_key(name) => None,
            [name] => self.libm.imported(name, self.hiding.contains(name)).map(str::to_string),
            _ => None,
        }
    }

    /// The type of linear algebra that a path leads to, as its crate calls it.
    pub fn linear(&self, path: &syn::Path) -> Option<(Library, String)> {
        self.linear.find(path)
    }

    /// Whether a path is that of `ndarray`'s macro for arrays.
    pub fn is_array_macro(&self, path: &syn::Path) -> bool {
        self.linear.is_array_macro(path)
    }

    /// What an alias with these arguments stands for.
    pub fn alias(&self, path: &syn::Path) -> Option<syn::Type> {
        let segment = path.segments.last()?;
        let (params, ty) = self.aliases.get(&written(path)?)?;
        substituted(ty, params, &segment.arguments)
    }

    /// The type of a constant: `N`, `Self::N`, `Type::N`.
    pub fn constant(&self, path: &syn::Path, self_ty: Option<&syn::Type>) -> Option<syn::Type> {
        if let Some(ty) = self.consts.get(&written(path)?) {
            return Some(ty.clone());
        }
        self.associated_type(path, self_ty)
    }

    /// What an associated constant is of, or an associated function returns.
    fn associated_type(&self, path: &syn::Path, self_ty: Option<&syn::Type>) -> Option<syn::Type> {
        let (parameters, ty) = self.associated.get(&self.qualified(path, self_ty)?)?;
        let of = path.segments.iter().rev().nth(1)?;
        let own = match self_ty {
            Some(syn::Type::Path(t)) if of.ident == "Self" => t.path.segments.last().map(|s| &s.arguments),
            _ => Some(&of.arguments),
        };
        with_arguments(ty, parameters, own?)
    }

    /// The type of a function's result.
    pub fn result(&self, path: &syn::Path, self_ty: Option<&syn::Type>) -> Option<syn::Type> {
        if let Some(ty) = self.results.get(&written(path)?) {
            return Some(ty.clone());
        }
        self.associated_type(path, self_ty)
    }

    /// How a function is lent its arguments.
    pub fn lent(&self, path: &syn::Path, self_ty: Option<&syn::Type>) -> Option<Vec<Lent>> {
        let plain = self.lent_to(&written(path)?);
        plain.or_else(|| self.lent_to(&self.qualified(path, self_ty)?)).cloned()
    }

    /// How many parameters a function of the module itself has.
    pub fn arity(&self, path: &syn::Path) -> Option<usize> {
        let lent = self.lent.get(&written(path)?).filter(|_| self.is_own_function(path));
        lent.map(Vec::len)
    }

    /// The same by name; a companion begins with the parameters of its function.
    fn lent_to(&self, name: &str) -> Option<&Vec<Lent>> {
        self.lent.get(name).or_else(|| self.lent.get(companion_of(name)?))
    }

    /// The same of a method, its receiver included.
    pub fn lent_to_method(&self, of: &syn::Type, name: &str) -> Option<Vec<Lent>> {
        self.lent_to(&format!("{}::{name}", type_path(of)?)).cloned()
    }

    /// These are items of a body, and none of the module's.
    pub fn disown(&mut self, items: &[syn::Item]) {
        for name in items.iter().flat_map(defined) {
            self.own.remove(&name);
        }
        // What is said of functions of these names is said of others.
        for name in items.iter().filter(|item| matches!(item, syn::Item::Fn(_))).flat_map(defined) {
            self.plain.remove(&name);
            self.underivable.remove(&name);
            self.left_out.remove(&name);
        }
    }

    /// Whether a trait of this name asks for a trait of floats.
    pub fn is_of_floats(&self, name: &str) -> bool {
        self.float_traits.contains(name) || self.own_float(name).is_some_and(|own| own.only_floats)
    }

    /// Whether there is a function of this name in the module.
    pub fn has_function(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// Whether a name is that of a function without the attribute, as far as is seen.
    pub fn is_plain(&self, name: &str) -> bool {
        self.plain.contains(name)
    }

    /// Notes that a name is that of a function without the attribute, and of a module, in which its derivative would be
    /// looked for.
    pub fn plain_beside_module(&mut self, name: &str) {
        self.underivable.insert(name.to_string());
    }

    /// Takes it for certain that what is seen of functions without the attribute is all that there is of them: the attribute
    /// stands on none of the modules around them.
    pub fn plain_for_certain(&mut self) {
        self.underivable.extend(self.plain.iter().cloned());
    }

    /// Whether a call leads to a function that has no derivative.
    pub fn is_underivable(&self, path: &syn::Path) -> bool {
        written(path).is_some_and(|path| self.underivable.contains(&path))
    }

    /// Notes that a path leads to a function in a module of its own name, and the path of that module.
    pub fn in_module_of_its_name(&mut self, path: &str, module: &str) {
        self.of_modules.insert(path.to_string(), module.to_string());
    }

    /// The module of its own name that a path leads to a function of. The path has the span of the function's name.
    pub fn module_of_its_name(&self, path: &syn::Path) -> Option<syn::Path> {
        let module = self.of_modules.get(&written(path)?)?;
        let span = path.segments.last()?.ident.span();
        let tokens = module.parse::<TokenStream>().ok()?.into_iter();
        let here = tokens.map(|mut token| {
            token.set_span(span);
            token
        });
        syn::parse2(here.collect()).ok()
    }

    /// Whether a path is the name of a function of the module itself.
    pub fn is_own_function(&self, path: &syn::Path) -> bool {
        path.get_ident().is_some_and(|name| self.own.contains(&name.unraw().to_string()))
    }

    /// Whether there are methods that hand out references.
    pub fn has_accessors(&self) -> bool {
        self.accessors.values().any(Option::is_some)
    }

    /// Whether a method of a type in sight returns a reference.
    pub fn hands_out(&self, of: &syn::Type, name: &str) -> bool {
        type_path(of).is_some_and(|of| self.hands_out.contains(&format!("{of}::{name}")))
    }

    /// A method of a type of this module that hands out a reference.
    pub fn accessor(&self, of: &syn::Type, name: &str) -> Option<&crate::parse::Accessor> {
        self.accessors.get(&format!("{}::{name}", type_path(of)?))?.as_deref()
    }

    /// Whether there are functions that take functions.
    pub fn has_takers(&self) -> bool {
        !self.takers.is_empty()
    }

    /// A function that takes functions, with its body.
    pub fn taker(&self, path: &syn::Path) -> Option<&Rc<syn::ItemFn>> {
        self.takers.get(&written(path)?)
    }

    /// The signature of a function whose result depends on what it is called with.
    pub fn generic(&self, path: &syn::Path) -> Option<&syn::Signature> {
        self.generic.get(&written(path)?)
    }

    /// The type of a method's result.
    pub fn method_result(&self, of: &syn::Type, name: &str) -> Option<syn::Type> {
        let (parameters, ty) = self.associated.get(&format!("{}::{name}", type_path(of)?))?;
        let syn::Type::Path(path) = behind_references(of) else { return None };
        with_arguments(ty, parameters, &path.path.segments.last()?.arguments)
    }

    /// `Type::name`
    fn qualified(&self, path: &syn::Path, self_ty: Option<&syn::Type>) -> Option<String> {
        let segments: Vec<&syn::PathSegment> = path.segments.iter().collect();
        let [of, name] = segments[..] else { return None };
        let of = match of.ident == "Self" {
            true => type_name(self_ty?)?,
            false => of.ident.unraw().to_string(),
        };
        Some(format!("{of}::{}", name.ident.unraw()))
    }

    /// What a type is that derivatives can't flow through, if a path surely leads to one.
    pub fn lacks_derive(&self, path: &syn::Path) -> Option<Underived> {
        self.underived.get(&single(path)?.ident.unraw().to_string()).copied()
    }

    /// Whether a path leads to a struct with `#[derive(Differentiable)]`.
    pub fn is_differentiable(&self, path: &syn::Path) -> bool {
        written(path).is_some_and(|name| self.differentiable.contains_key(&name))
    }

    /// How many parameters a struct has, lifetimes aside.
    pub fn struct_parameters(&self, name: &str) -> usize {
        self.structs.get(name).map_or(0, |(parameters, _)| parameters.len())
    }

    /// How many lifetimes a type has.
    pub fn lifetimes(&self, path: &syn::Path) -> usize {
        written(path).and_then(|name| self.lifetimes.get(&name)).copied().unwrap_or(0)
    }

    /// Whether a field is a constant to every derivative.
    pub fn is_passive_field(&self, of: &syn::Type, member: &syn::Member) -> bool {
        let passive = type_path(of).and_then(|name| self.differentiable.get(&name));
        passive.is_some_and(|fields| fields.contains(&member_name(member)))
    }

    /// How a method takes what it is called on.
    pub fn receiver(&self, of: &syn::Type, name: &str) -> Option<Receiver> {
        self.receivers.get(&format!("{}::{name}", type_path(of)?)).copied()
    }

    /// All fields of a struct, with their types.
    pub fn members(&self, of: &syn::Type) -> Option<Vec<(syn::Member, syn::Type)>> {
        let syn::Type::Path(path) = of else { return None };
        let (params, fields) = self.structs.get(&written(&path.path)?)?;
        let arguments = &path.path.segments.last()?.arguments;
        let member = |name: &String| match name.parse::<u32>() {
            Ok(i) => syn::Member::Unnamed(syn::Index::from(i as usize)),
            Err(_) => syn::Member::Named(syn::Ident::new(name, proc_macro2::Span::call_site())),
        };
        fields.iter().map(|(name, ty)| Some((member(name), with_arguments(ty, params, arguments)?))).collect()
    }

    /// The type of a field.
    pub fn field(&self, of: &syn::Type, member: &syn::Member) -> Option<syn::Type> {
        let syn::Type::Path(path) = of else { return None };
        let path = match self.alias(&path.path) {
            Some(syn::Type::Path(target)) => target.path,
            _ => path.path.clone(),
        };
        let segment = path.segments.last()?;
        let (params, fields) = self.structs.get(&written(&path)?)?;
        substituted(fields.get(&member_name(member))?, params, &segment.arguments)
    }
}

/// Takes over what is known of a type's functions, by `Type::name`.
fn of_type<T: Clone>(own: &mut HashMap<String, T>, outer: &HashMap<String, T>, from: &str, to: &str) {
    for (key, value) in outer {
        if let Some((of, name)) = key.split_once("::")
            && of == from
        {
            own.entry(format!("{to}::{name}")).or_insert_with(|| value.clone());
        }
    }
}

/// A type of the user's without the derive that derivatives need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Underived {
    /// A struct, which could have it.
    Struct,
    /// An enum or a union.
    Other,
}

impl Underived {
    /// `None` if something that stands on it may be the derive, or may bring it.
    fn of(item: &syn::Item) -> Option<Underived> {
        let (attrs, found) = match item {
            syn::Item::Struct(i) => (&i.attrs, Underived::Struct),
            syn::Item::Enum(i) => (&i.attrs, Underived::Other),
            syn::Item::Union(i) => (&i.attrs, Underived::Other),
            _ => return None,
        };
        const OF_STD: &[&str] =
            &["Clone", "Copy", "Debug", "Default", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];
        const INERT: &[&str] =
            &["doc", "allow", "warn", "deny", "forbid", "expect", "repr", "must_use", "non_exhaustive"];
        let harmless = |attr: &syn::Attribute| {
            let mut of_std = attr.path().is_ident("derive");
            if let syn::Meta::List(list) = &attr.meta {
                crate::names::each_ident(&list.tokens, &mut |i| {
                    of_std &= OF_STD.iter().any(|name| i == name)
                });
            }
            of_std || INERT.iter().any(|name| attr.path().is_ident(name))
        };
        attrs.iter().all(harmless).then_some(found)
    }

    /// What it is, with its article.
    pub fn what(self) -> &'static str {
        match self {
            Underived::Struct => "a struct without `#[derive(Differentiable)]`",
            Underived::Other => "an enum or union",
        }
    }

    /// What to write.
    pub fn instead(self) -> &'static str {
        match self {
            Underived::Struct => {
                "`#[derive(Clone, backprop::Differentiable)]` on the struct; or its floats, as values of their own"
            }
            Underived::Other => {
                "a struct with `#[derive(Clone, backprop::Differentiable)]`, or the floats in it, as values of their own"
            }
        }
    }
}

/// How a method takes what it is called on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// `self`
    Value,
    /// `&self`
    Ref,
    /// `&mut self`
    Mut,
    /// `self: Box<Self>` and the like.
    Other,
}

impl Receiver {
    fn of(receiver: &syn::Receiver) -> Receiver {
        match (&receiver.reference, receiver.mutability.is_some(), receiver.colon_token) {
            (_, _, Some(_)) => Receiver::Other,
            (Some(_), true, _) => Receiver::Mut,
            (Some(_), false, _) => Receiver::Ref,
            (None, ..) => Receiver::Value,
        }
    }
}

/// A field's name.
pub fn member_name(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => name.unraw().to_string(),
        syn::Member::Unnamed(i) => i.index.to_string(),
    }
}

/// A type without references, parentheses and groups around it.
pub(crate) fn behind_references(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(t) => behind_references(&t.elem),
        syn::Type::Paren(t) => behind_references(&t.elem),
        syn::Type::Group(t) => behind_references(&t.elem),
        other => other,
    }
}

/// A type with arguments in the place of its parameters; where none are written, with holes that rustc fills.
fn with_arguments(
    ty: &syn::Type,
    parameters: &[String],
    arguments: &syn::PathArguments,
) -> Option<syn::Type> {
    if !parameters.is_empty() && arguments.is_none() {
        let holes = std::iter::repeat_n(quote::quote!(_), parameters.len());
        let arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#holes),*>));
        return substituted(ty, parameters, &arguments);
    }
    if parameters.is_empty() {
        return Some(ty.clone());
    }
    substituted(ty, parameters, arguments)
}

/// What a type's arguments are called, if they are just the parameters of the `impl` block: `Vec3<T>`.
fn plain_arguments(of: &syn::Type, generic: &[String]) -> Vec<String> {
    let syn::Type::Path(path) = behind_references(of) else { return Vec::new() };
    let Some(syn::PathArguments::AngleBracketed(args)) = path.path.segments.last().map(|s| &s.arguments)
    else {
        return Vec::new();
    };
    let names: Vec<String> = args
        .args
        .iter()
        .filter(|arg| !matches!(arg, syn::GenericArgument::Lifetime(_)))
        .map(|arg| arg.to_token_stream().to_string())
        .collect();
    if names.iter().all(|name| generic.contains(name)) { names } else { Vec::new() }
}

/// A type with what `Self` stands for.
fn with_self(ty: &syn::Type, of: &syn::Type) -> syn::Type {
    let tokens = of.to_token_stream();
    let by_name = HashMap::from_iter([("Self", &tokens)]);
    syn::parse2(replaced(ty.to_token_stream(), &by_name)).unwrap_or_else(|_| ty.clone())
}

/// See [`Known::elsewhere`].
struct Close<'k> {
    known: &'k Known,
    own: &'k [String],
    depth: usize,
}

impl syn::visit_mut::VisitMut for Close<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(t) = ty
            && t.qself.is_none()
        {
            if self.depth < 16
                && let Some(mut target) = self.known.alias(&t.path)
            {
                self.depth += 1;
                self.visit_type_mut(&mut target);
                self.depth -= 1;
                *ty = target;
                return;
            }
            if let Some(segment) = single(&t.path) {
                let name = segment.ident.unraw().to_string();
                let plain = ["Vec", "Option", "Result", "String", "Box"].contains(&name.as_str());
                if !self.own.contains(&name) && !crate::parse::is_primitive(&name) && !plain {
                    t.path.segments.insert(0, syn::parse_quote!(elsewhere));
                }
            }
        }
        if let syn::Type::Array(array) = ty {
            let mut foreign = false;
            crate::names::each_ident(&array.len.to_token_stream(), &mut |i| {
                foreign |= !self.own.contains(&i.unraw().to_string());
            });
            if foreign {
                *ty = syn::parse_quote!(elsewhere::Array);
                return;
            }
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}

/// The name of an associated function, with its type.
pub fn associated_key(of: &syn::Type, name: &str) -> String {
    format!("{}::{name}", of.to_token_stream())
}

/// Whether an item is there only sometimes.
fn is_configured(item: &syn::Item) -> bool {
    let attrs = match item {
        syn::Item::Const(i) => &i.attrs,
        syn::Item::Fn(i) => &i.attrs,
        syn::Item::Impl(i) => &i.attrs,
        syn::Item::Static(i) => &i.attrs,
        syn::Item::Struct(i) => &i.attrs,
        syn::Item::Trait(i) => &i.attrs,
        syn::Item::Type(i) => &i.attrs,
        syn::Item::Use(i) => &i.attrs,
        _ => return false,
    };
    attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
}

/// Types and values may have the same name.
fn namespace(item: &syn::Item) -> &'static str {
    match item {
        syn::Item::Const(_) | syn::Item::Fn(_) | syn::Item::Static(_) => "value ",
        syn::Item::Macro(_) => "macro ",
        _ => "type ",
    }
}

/// The names that an item defines.
fn defined(item: &syn::Item) -> Vec<String> {
    crate::parse::defined_names(item).iter().map(|ident| ident.unraw().to_string()).collect()
}

/// What may have the name of a trait or macro that is known.
fn shadowing(item: &syn::Item) -> Vec<String> {
    match item {
        syn::Item::Trait(t) => vec![t.ident.unraw().to_string()],
        syn::Item::Macro(m) => m.ident.iter().map(|ident| format!("{}!", ident.unraw())).collect(),
        syn::Item::Use(u) => {
            let mut imports = Vec::new();
            leaves(&u.tree, &mut Vec::new(), &mut imports);
            let names = imports.into_iter().filter_map(|import| {
                let (from, to) = import.name?;
                let krate = import.path.first().map_or("", String::as_str);
                if to == "Euclid" {
                    // The trait of another crate's.
                    return (from != to || !["num_traits", "num"].contains(&krate)).then_some(to);
                }
                let of_std = is_std(krate) && from == to;
                (!of_std && crate::parse::is_known_macro(&to)).then(|| format!("{to}!"))
            });
            names.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a crate is one of those that `std` is made of.
fn is_std(krate: &str) -> bool {
    ["std", "core", "alloc"].contains(&krate)
}

/// Whether it is the attribute of this crate, by its name.
pub fn is_backprop(attr: &syn::Attribute) -> bool {
    attr.path().segments.last().is_some_and(|s| s.ident == "backprop")
}

/// The modules of `std` that have a primitive type's name, and are imported: `use std::f64;`. Where a module has its name,
/// rustc still takes a type's name for the primitive type's.
fn modules_of_std(item: &syn::Item) -> Vec<String> {
    fn below(tree: &syn::UseTree, out: &mut Vec<String>) {
        match tree {
            syn::UseTree::Name(t) => out.push(t.ident.unraw().to_string()),
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| below(t, out)),
            _ => {}
        }
    }
    let syn::Item::Use(syn::ItemUse { tree: syn::UseTree::Path(t), .. }) = item else { return Vec::new() };
    let mut out = Vec::new();
    if t.ident == "std" || t.ident == "core" {
        below(&t.tree, &mut out);
    }
    out.retain(|name| ["f32", "f64"].contains(&name.as_str()));
    out
}

/// A path as it is written, without its arguments: `name`, or `module::name`.
fn written(path: &syn::Path) -> Option<String> {
    if let Some(segment) = single(path) {
        return Some(segment.ident.unraw().to_string());
    }
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
    path.leading_colon.is_none().then(|| names.join("::"))
}

/// The only segment of a path.
fn single(path: &syn::Path) -> Option<&syn::PathSegment> {
    let mut segments = path.segments.iter().filter(|s| s.ident != "self");
    let first = segments.next()?;
    (segments.next().is_none() && path.leading_colon.is_none()).then_some(first)
}

/// A path type as it is written, without its arguments.
fn type_path(ty: &syn::Type) -> Option<String> {
    match behind_references(ty) {
        syn::Type::Path(t) if t.qself.is_none() => written(&t.path),
        _ => None,
    }
}

/// The name of a path type, without its arguments.
pub fn type_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(t) if t.qself.is_none() => Some(t.path.segments.last()?.ident.unraw().to_string()),
        syn::Type::Reference(t) => type_name(&t.elem),
        syn::Type::Paren(t) => type_name(&t.elem),
        syn::Type::Group(t) => type_name(&t.elem),
        _ => None,
    }
}

/// A type without the names of these lifetimes.
fn elided(tokens: TokenStream, generics: &syn::Generics) -> TokenStream {
    let own: Vec<String> = generics.lifetimes().map(|l| l.lifetime.ident.to_string()).collect();
    let mut out: Vec<TokenTree> = Vec::new();
    let mut quote = false;
    for token in tokens {
        out.push(match token {
            TokenTree::Ident(ident) if quote && own.contains(&ident.to_string()) => {
                TokenTree::Ident(proc_macro2::Ident::new("_", ident.span()))
            }
            TokenTree::Group(group) => {
                let content = elided(group.stream(), generics);
                let mut new = proc_macro2::Group::new(group.delimiter(), content);
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            other => other,
        });
        quote = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '\'');
    }
    out.into_iter().collect()
}

/// The names of type and const parameters, in order.
fn parameters(generics: &syn::Generics) -> Vec<String> {
    let names = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(t) => Some(t.ident.unraw().to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.unraw().to_string()),
        syn::GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// The result of a function, if its own parameters don't occur in it.
fn result(sig: &syn::Signature) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
    let own = parameters(&sig.generics);
    let tokens = ty.to_token_stream();
    let plain = sig.asyncness.is_none() && !mentions(&tokens, &["impl".into()]);
    (plain && !mentions(&tokens, &own)).then(|| (**ty).clone())
}

/// How a parameter is passed, as its type is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lent {
    /// By value, or to be written to.
    No,
    /// `&T`
    Shared,
    /// `&[T]`
    Slice,
    /// A function that floats are passed to, through whose calls derivatives flow.
    Function,
    /// `&self`
    Receiver,
}

impl Lent {
    /// Whether it is a reference to read from.
    pub fn is_reference(self) -> bool {
        matches!(self, Lent::Shared | Lent::Slice)
    }
}

fn lent(sig: &syn::Signature) -> Vec<Lent> {
    let inputs = sig.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(typed) if typed.attrs.is_empty() && takes_floats(&typed.ty, &sig.generics) => {
            Lent::Function
        }
        syn::FnArg::Typed(typed) => match &*typed.ty {
            syn::Type::Reference(r) if r.mutability.is_some() => Lent::No,
            syn::Type::Reference(r) if matches!(&*r.elem, syn::Type::Slice(_)) => Lent::Slice,
            syn::Type::Reference(_) => Lent::Shared,
            _ => Lent::No,
        },
        syn::FnArg::Receiver(r) if r.reference.is_some() && r.mutability.is_none() => Lent::Receiver,
        syn::FnArg::Receiver(_) => Lent::No,
    });
    inputs.collect()
}

/// Whether a parameter is a function that floats are passed to, as far as its type says.
fn takes_floats(ty: &syn::Type, generics: &syn::Generics) -> bool {
    let inputs = crate::functions::written(ty, generics).unwrap_or_default();
    inputs.iter().any(|ty| mentions(&ty.to_token_stream(), &["f64".into(), "f32".into()]))
}

/// Whether one of these names occurs in the tokens.
fn mentions(tokens: &TokenStream, names: &[String]) -> bool {
    let mut found = false;
    crate::names::each_ident(tokens, &mut |ident| found |= names.iter().any(|name| ident == name));
    found
}

/// The function whose companion has this name.
pub fn companion_of(name: &str) -> Option<&str> {
    ["_grad", "_vjp", "_jvp"].into_iter().find_map(|end| name.strip_suffix(end))
}

/// A type with arguments in the place of its parameters.
fn substituted(ty: &syn::Type, params: &[String], args: &syn::PathArguments) -> Option<syn::Type> {
    let args: Vec<TokenStream> = match args {
        syn::PathArguments::None => Vec::new(),
        syn::PathArguments::AngleBracketed(args) => {
            let types = args.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
            types.map(ToTokens::to_token_stream).collect()
        }
        syn::PathArguments::Parenthesized(_) => return None,
    };
    if args.len() != params.len() {
        return None;
    }
    if params.is_empty() {
        return Some(ty.clone());
    }
    let by_name: HashMap<&str, &TokenStream> = params.iter().map(String::as_str).zip(&args).collect();
    syn::parse2(replaced(ty.to_token_stream(), &by_name)).ok()
}

fn replaced(tokens: TokenStream, by_name: &HashMap<&str, &TokenStream>) -> TokenStream {
    let each = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) => match by_name.get(ident.to_string().as_str()) {
            Some(arg) => (*arg).clone(),
            None => TokenTree::Ident(ident).into(),
        },
        TokenTree::Group(group) => {
            let mut new = proc_macro2::Group::new(group.delimiter(), replaced(group.stream(), by_name));
            new.set_span(group.span());
            TokenTree::Group(new).into()
        }
        other => other.into(),
    });
    each.collect()
}
