//! Types, as far as their tokens tell.

use crate::around::Around;
use crate::hir::Type;
use crate::ir::{FloatTy, Len, UserTy};
use crate::known::{Known, OwnFloat, Underived};
use crate::options::Options;
use crate::rules::RuleId;
use crate::tables::{HashMap, HashSet};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::ext::IdentExt;

/// Traits whose bound makes a type parameter a float, wherever they come from.
const FLOAT_TRAITS: [&str; 4] = ["Float", "Real", "RealField", "FloatCore"];

/// Traits whose functions go by name on floats, besides [`FLOAT_TRAITS`].
const NUMERIC_TRAITS: [&str; 16] = [
    "Bounded",
    "ComplexField",
    "Default",
    "Float",
    "FloatConst",
    "FloatCore",
    "From",
    "FromPrimitive",
    "Inv",
    "NumCast",
    "One",
    "Real",
    "RealField",
    "Signed",
    "ToPrimitive",
    "Zero",
];

/// Traits of which it is known that they say nothing of arithmetic with references.
const PLAIN: [&str; 39] = [
    "Add",
    "AddAssign",
    "AsPrimitive",
    "Bounded",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Div",
    "DivAssign",
    "Float",
    "FloatConst",
    "FloatCore",
    "From",
    "FromPrimitive",
    "FromStr",
    "Into",
    "LowerExp",
    "Mul",
    "MulAssign",
    "Neg",
    "Num",
    "NumAssign",
    "NumCast",
    "One",
    "PartialOrd",
    "Product",
    "Real",
    "RealField",
    "Send",
    "Signed",
    "Sub",
    "SubAssign",
    "Sum",
    "Sync",
    "ToPrimitive",
    "Zero",
    "PartialEq",
];

/// Types of `std` that are no structs of the user's, and no other name of a float or of an array or tuple of floats.
pub const OF_STD: [&str; 23] = [
    "Option",
    "Result",
    "Box",
    "Rc",
    "Arc",
    "Cell",
    "RefCell",
    "Mutex",
    "RwLock",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "VecDeque",
    "String",
    "Cow",
    "Range",
    "RangeInclusive",
    "Duration",
    "Instant",
    "PhantomData",
    "Complex",
    "Wrapping",
];

/// The names of the primitive integer types.
const INTEGERS: [&str; 12] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// The names of all primitive types.
pub fn is_primitive(name: &str) -> bool {
    INTEGERS.contains(&name) || ["f16", "f32", "f64", "f128", "bool", "char", "str"].contains(&name)
}

/// Whether a primitive type has no derivative.
pub fn is_constant(name: &str) -> bool {
    INTEGERS.contains(&name) || name == "bool"
}

/// The type parameters of a function.
#[derive(Clone, Debug, Default)]
pub struct TypeParams {
    /// All of them.
    all: HashSet<String>,
    /// Those that a bound makes floats, in their order.
    pub floats: Vec<String>,
    /// Those with a bound `From<…>`.
    pub from: Vec<String>,
    /// Those whose bounds say nothing of arithmetic with references.
    pub plain: Vec<String>,
    /// What bounds by traits of the user's say of those that are floats.
    pub own: HashMap<String, Rc<OwnFloat>>,
    /// The items around the function, and its own.
    pub known: Rc<Known>,
    /// The types that parameters marked as active are of, where no item says what they are.
    users: HashSet<String>,
    /// What `Self` is, where that is known.
    self_ty: Option<Rc<syn::Type>>,
    /// How many aliases deep.
    depth: usize,
}

impl TypeParams {
    /// Reads generics and where clause.
    pub fn of(generics: &syn::Generics, known: &Known) -> TypeParams {
        let mut found = TypeParams::default();
        for param in generics.type_params() {
            let name = param.ident.unraw().to_string();
            let bounds = bounds(generics, param);
            let own = own_float(&bounds, known);
            if has_float_bound(bounds.iter().copied(), known) || own.is_of_floats() {
                found.floats.push(name.clone());
                if !own.names.is_empty() {
                    found.own.insert(name.clone(), Rc::new(own));
                }
            }
            if bounds.iter().any(|b| bound_name(b).is_some_and(|b| b == "From")) {
                found.from.push(name.clone());
            }
            if bounds.iter().all(|b| bound_name(b).is_none_or(|b| PLAIN.contains(&b.as_str()))) {
                found.plain.push(name.clone());
            }
            found.all.insert(name);
        }
        found
    }

    /// The type parameters of a function, and those of the `impl` block that it stands in.
    pub fn in_scope(generics: &syn::Generics, around: &Around) -> TypeParams {
        let of = |generics: &syn::Generics| TypeParams::of(generics, &around.known);
        let mut found = around.block.as_ref().map_or_else(TypeParams::default, |b| of(&b.generics));
        let mut known = (*around.known).clone();
        around.block.iter().for_each(|block| known.parameters(&block.generics));
        known.parameters(generics);
        found.known = Rc::new(known);
        found.self_ty = around.block.as_ref().map(|block| Rc::new(block.self_ty.clone()));
        let own = of(generics);
        found.all.extend(own.all);
        found.floats.extend(own.floats);
        found.from.extend(own.from);
        found.plain.extend(own.plain);
        found.own.extend(own.own);
        found
    }

    /// The type parameters of another function of the same surroundings.
    pub fn of_another(&self, generics: &syn::Generics) -> TypeParams {
        TypeParams { known: self.known.clone(), ..TypeParams::of(generics, &self.known) }
    }

    /// `#[grad]` on a parameter, or `wrt`, says that the type parameter that it is made of is a float: of the
    /// function, or of an `impl` block that is out of sight.
    pub fn mark(&mut self, sig: &syn::Signature, body: &TokenStream, options: &Options) {
        for input in &sig.inputs {
            let name = super::signature::plain_name(input);
            let listed = options.wrt.iter().flatten().any(|ident| Some(ident.unraw().to_string()) == name);
            let attrs = match input {
                syn::FnArg::Typed(typed) => &typed.attrs,
                syn::FnArg::Receiver(receiver) => &receiver.attrs,
            };
            let marked = attrs.iter().any(|attr| {
                super::signature::is_mark(attr)
                    && attr.path().segments.last().is_some_and(|s| s.ident == "grad")
            });
            let ty = match input {
                syn::FnArg::Typed(typed) => &*typed.ty,
                syn::FnArg::Receiver(receiver) => &*receiver.ty,
            };
            let receiver = matches!(input, syn::FnArg::Receiver(_));
            if listed || marked {
                let opened = receiver || name.as_deref().is_none_or(|name| is_opened(body, name));
                self.mark_users(ty, opened);
            }
            let syn::FnArg::Typed(typed) = input else { continue };
            for name in self.unknown_parameters(&typed.ty, options) {
                if listed || marked {
                    self.all.insert(name.clone());
                    self.floats.push(name);
                }
            }
        }
    }

    /// Type parameters that have arithmetic with themselves are floats in a function that speaks of no other ones: it is
    /// differentiated, and only they can be what derivatives flow through. A companion is there for those that are.
    pub fn count_as_floats(&mut self, sig: &syn::Signature) {
        let mut others = !self.floats.is_empty();
        let mut look = |tokens: TokenStream| {
            crate::names::each_ident(&tokens, &mut |word| others |= word == "f32" || word == "f64");
        };
        look(sig.inputs.to_token_stream());
        look(sig.output.to_token_stream());
        look(sig.generics.to_token_stream());
        look(sig.generics.where_clause.to_token_stream());
        if others {
            return;
        }
        for param in sig.generics.type_params() {
            let (name, bounds) = (param.ident.unraw().to_string(), bounds(&sig.generics, param));
            let own = own_float(&bounds, &self.known);
            if own.arithmetic && bounds.iter().all(|bound| is_of_itself(bound, &name)) {
                self.floats.push(name.clone());
                if !own.names.is_empty() {
                    self.own.insert(name, Rc::new(own));
                }
            }
        }
    }

    /// Names in the type of an active parameter that nothing else is known of are those of types of the user's.
    /// Where no item has the name, and nothing is done with it that only a struct is for, it may be one of a float's.
    fn mark_users(&mut self, ty: &syn::Type, opened: bool) {
        match ty {
            syn::Type::Paren(t) => self.mark_users(&t.elem, opened),
            syn::Type::Group(t) => self.mark_users(&t.elem, opened),
            syn::Type::Reference(t) => self.mark_users(&t.elem, opened),
            syn::Type::Array(t) => self.mark_users(&t.elem, opened),
            syn::Type::Slice(t) => self.mark_users(&t.elem, opened),
            syn::Type::Tuple(t) => t.elems.iter().for_each(|t| self.mark_users(t, opened)),
            syn::Type::Path(t) if t.qself.is_none() => match self.classify(ty) {
                Type::Vec(_) => {
                    let Some(last) = t.path.segments.last() else { return };
                    if let syn::PathArguments::AngleBracketed(args) = &last.arguments {
                        for arg in &args.args {
                            if let syn::GenericArgument::Type(t) = arg {
                                self.mark_users(t, opened);
                            }
                        }
                    }
                }
                Type::Other(_) => {
                    let Some(last) = t.path.segments.last() else { return };
                    let name = last.ident.unraw().to_string();
                    let named = opened || self.known.hides(&name);
                    let own = self.all.contains(&name) || is_primitive(&name) || name == "Vec";
                    if named && !own && !OF_STD.contains(&name.as_str()) {
                        self.users.insert(name);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether a path leads to a struct that derivatives flow through, as far as is known.
    fn is_user(&self, path: &syn::Path) -> bool {
        let marked = path.segments.last().is_some_and(|s| self.users.contains(&s.ident.unraw().to_string()));
        marked || self.known.is_differentiable(path) || self.known.linear(path).is_some()
    }

    /// What a type or a reference to it is called, and what it is, if derivatives surely can't flow through it.
    pub fn lacks_derive(&self, ty: &syn::Type) -> Option<(String, Underived)> {
        let syn::Type::Path(t) = crate::known::behind_references(ty) else { return None };
        let own = self.self_ty.as_deref().filter(|_| t.path.is_ident("Self"));
        match own {
            Some(syn::Type::Path(own)) => self.known.lacks_derive(&own.path),
            Some(_) => None,
            None => self.known.lacks_derive(&t.path),
        }
        .map(|found| {
            (super::text::one_line(&own.map_or(t.to_token_stream(), ToTokens::to_token_stream)), found)
        })
    }

    /// The type that a path in an expression leads to: `Vec3 { … }`, `Vec3(…)`. What is not said of its parameters is left
    /// to rustc.
    pub fn of_literal(&self, path: &syn::Path) -> Type {
        let linear = self.known.linear(path);
        let mut path = path.clone();
        if let Some(last) = path.segments.last_mut()
            && last.arguments.is_none()
        {
            let holes = match linear {
                Some((library, name)) => library.parameters(&name),
                None => self.known.struct_parameters(&last.ident.unraw().to_string()),
            };
            if holes > 0 {
                let holes = std::iter::repeat_n(quote!(_), holes);
                last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#holes),*>));
            }
        }
        self.path(&path)
    }

    /// The type parameters that a type is made of and that no bound makes floats.
    pub fn unknown_parameters(&self, ty: &syn::Type, options: &Options) -> Vec<String> {
        match ty {
            syn::Type::Paren(t) => self.unknown_parameters(&t.elem, options),
            syn::Type::Group(t) => self.unknown_parameters(&t.elem, options),
            syn::Type::Reference(t) => self.unknown_parameters(&t.elem, options),
            syn::Type::Array(t) => self.unknown_parameters(&t.elem, options),
            syn::Type::Slice(t) => self.unknown_parameters(&t.elem, options),
            syn::Type::Tuple(t) => t.elems.iter().flat_map(|t| self.unknown_parameters(t, options)).collect(),
            syn::Type::Path(t) if t.qself.is_none() => {
                let Some(last) = t.path.segments.last() else { return Vec::new() };
                let name = last.ident.unraw().to_string();
                if let (true, syn::PathArguments::AngleBracketed(args)) = (name == "Vec", &last.arguments) {
                    let types = args.args.iter().filter_map(|arg| match arg {
                        syn::GenericArgument::Type(t) => Some(t),
                        _ => None,
                    });
                    return types.flat_map(|t| self.unknown_parameters(t, options)).collect();
                }
                let own = self.all.contains(&name) || self.may_be_unseen(&name, options);
                let unknown = own && t.path.get_ident().is_some() && !self.floats.contains(&name);
                unknown.then_some(name).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a name looks like that of a type parameter of an `impl` block that is out of sight.
    pub fn may_be_unseen(&self, name: &str, options: &Options) -> bool {
        let mut letters = name.chars();
        let short =
            letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.all(|c| c.is_ascii_digit());
        short && options.around.associated && options.around.block.is_none() && !self.known.hides(name)
    }

    /// Takes the items of the body into account. What a glob import brings in may hide whatever is outside.
    pub fn learn(&mut self, items: Vec<syn::Item>) {
        if items.is_empty() {
            return;
        }
        let outside = if super::items::has_glob(&items) { Known::default() } else { (*self.known).clone() };
        let mut known = outside.with(&items);
        known.disown(&items);
        self.known = Rc::new(known);
    }

    /// A type as it stands; a reference that has another name is written out.
    pub fn unaliased(&self, ty: &syn::Type) -> syn::Type {
        let mut target = ty.clone();
        for _ in 0..16 {
            match &target {
                syn::Type::Reference(_) => return target,
                syn::Type::Path(t) if t.qself.is_none() => match self.known.alias(&t.path) {
                    Some(next) => target = next,
                    None => break,
                },
                _ => break,
            }
        }
        ty.clone()
    }

    /// Which operation a method of a float is by a trait of the user's: nothing, if none has it; no operation, if it is not seen
    /// which.
    pub fn own_method(&self, float: &FloatTy, name: &str, operands: usize) -> Option<Option<RuleId>> {
        let FloatTy::Generic(of) = float else { return None };
        let own = self.own.get(of).filter(|own| own.names.contains(name))?;
        Some(own.methods.get(name).map(|m| m.rule).filter(|rule| rule.get().arity == operands))
    }

    /// Whether a name is that of a type parameter.
    pub fn is_parameter(&self, name: &str) -> bool {
        self.all.contains(name)
    }

    /// What a type is, if it is `Self`.
    pub fn without_self(&self, ty: &syn::Type) -> syn::Type {
        let is_self = matches!(ty, syn::Type::Path(t) if t.path.is_ident("Self"));
        self.self_ty.as_deref().filter(|_| is_self).unwrap_or(ty).clone()
    }

    /// Classifies a type.
    pub fn classify(&self, ty: &syn::Type) -> Type {
        match ty {
            syn::Type::Paren(t) => self.classify(&t.elem),
            syn::Type::Group(t) => self.classify(&t.elem),
            syn::Type::Array(t) => Type::Array(Box::new(self.classify(&t.elem)), length(&t.len)),
            syn::Type::Slice(t) => Type::Slice(Box::new(self.classify(&t.elem))),
            syn::Type::Reference(t) => Type::Ref(t.mutability.is_some(), Box::new(self.classify(&t.elem))),
            syn::Type::Tuple(t) if t.elems.is_empty() => Type::Unit,
            syn::Type::Tuple(t) => Type::Tuple(t.elems.iter().map(|t| self.classify(t)).collect()),
            syn::Type::Path(t) if t.qself.is_none() => self.path(&t.path),
            other => Type::Other(other.to_token_stream()),
        }
    }

    /// Classifies a path type.
    fn path(&self, path: &syn::Path) -> Type {
        let other = || Type::Other(path.to_token_stream());
        let Some(last) = path.segments.last() else { return other() };
        let name = last.ident.unraw().to_string();
        if path.segments.len() == 1 && path.leading_colon.is_none() && self.all.contains(&name) {
            let float = self.floats.contains(&name);
            return if float { Type::Float(FloatTy::Generic(name)) } else { other() };
        }
        if let (true, Some(ty)) = (path.is_ident("Self") && self.depth < 16, &self.self_ty) {
            if self.users.contains("Self") {
                return Type::User(UserTy(ty.to_token_stream()));
            }
            return TypeParams { depth: self.depth + 1, ..self.clone() }.classify(ty);
        }
        if self.is_user(path) {
            return Type::User(UserTy(path.to_token_stream()));
        }
        if let Some(target) = self.known.alias(path) {
            // An alias of itself, in however many steps, is rustc's to refuse.
            return match self.depth < 16 {
                true => TypeParams { depth: self.depth + 1, ..self.clone() }.classify(&target),
                false => other(),
            };
        }
        if path.segments.len() == 1 && self.known.hides(&name) {
            return other();
        }
        if last.arguments.is_empty() && (path.segments.len() == 1 || is_in_std(path, "primitive")) {
            match name.as_str() {
                "f32" => return Type::Float(FloatTy::F32),
                "f64" => return Type::Float(FloatTy::F64),
                "bool" => return Type::Bool,
                _ if INTEGERS.contains(&name.as_str()) => return Type::Int(name),
                _ => return other(),
            }
        }
        if name == "Vec"
            && (path.segments.len() == 1 || is_in_std(path, "vec"))
            && let syn::PathArguments::AngleBracketed(args) = &last.arguments
            && let [syn::GenericArgument::Type(elem)] = Vec::from_iter(&args.args)[..]
        {
            return Type::Vec(Box::new(self.classify(elem)));
        }
        other()
    }

    /// `T::sin` for `<T as Float>::sin` and `<T>::sin`, if `T` is a float and the trait one whose functions are
    /// what their names say.
    pub fn unqualified(&self, path: &syn::ExprPath) -> Option<syn::Path> {
        let qself = path.qself.as_ref()?;
        let Type::Float(float) = self.classify(&qself.ty) else { return None };
        let (trait_path, rest) = path
            .path
            .segments
            .iter()
            .collect::<Vec<_>>()
            .split_at_checked(qself.position)
            .map(|(a, b)| (a.to_vec(), b.to_vec()))?;
        let known = trait_path.last().is_none_or(|s| NUMERIC_TRAITS.contains(&s.ident.to_string().as_str()));
        let [name] = rest[..] else { return None };
        let float = match float {
            FloatTy::F32 => "f32".to_string(),
            FloatTy::F64 => "f64".to_string(),
            FloatTy::Generic(name) => name,
            FloatTy::Unknown | FloatTy::Lanes(_) => return None,
        };
        let float = syn::PathSegment::from(syn::Ident::new(&float, name.ident.span()));
        known
            .then(|| syn::Path { leading_colon: None, segments: [float, name.clone()].into_iter().collect() })
    }

    /// Whether a float, or what is called like a trait of floats, occurs anywhere in a type that has no
    /// gradient shape of its own.
    pub fn mentions_float(&self, tokens: &TokenStream) -> bool {
        tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(ident) => {
                let name = ident.unraw().to_string();
                ["f32", "f64"].contains(&name.as_str())
                    || FLOAT_TRAITS.contains(&name.as_str())
                    || self.floats.contains(&name)
            }
            TokenTree::Group(group) => self.mentions_float(&group.stream()),
            _ => false,
        })
    }
}

/// Whether a body looks into a variable of this name: `p.field`, `p.method()`.
fn is_opened(body: &TokenStream, name: &str) -> bool {
    let all: Vec<TokenTree> = body.clone().into_iter().collect();
    let is = |t: &TokenTree| matches!(t, TokenTree::Ident(ident) if ident.unraw() == name);
    let dot = |t: Option<&TokenTree>| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == '.');
    all.iter().enumerate().any(|(i, t)| match t {
        TokenTree::Group(group) => is_opened(&group.stream(), name),
        t => {
            let member = matches!(all.get(i + 2), Some(TokenTree::Ident(ident)) if !is_operation(ident));
            is(t) && dot(all.get(i + 1)) && member
        }
    })
}

/// Whether a name is that of an operation on floats.
fn is_operation(name: &syn::Ident) -> bool {
    let name = name.unraw().to_string();
    (1..4).any(|operands| crate::rules::by_method(&name, operands).is_some())
}

/// `std::MODULE::…`, `core::MODULE::…`, `alloc::MODULE::…`
fn is_in_std(path: &syn::Path, module: &str) -> bool {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    names.len() == 3 && ["std", "core", "alloc"].contains(&names[0].as_str()) && names[1] == module
}

/// Whether a trait that is not seen is most likely one of floats (`CoordFloat`, `BaseFloat`). It is a guess: its methods are asked
/// about, and a companion is there for floats only.
fn is_named_for_floats(name: &str) -> bool {
    name.ends_with("Float") || name.ends_with("Real")
}

/// A path as it is written, by which items of other modules are known.
fn written(path: &syn::Path) -> String {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
    format!("{}{}", if path.leading_colon.is_some() { "::" } else { "" }, names.join("::"))
}

/// Whether a trait that is not seen is taken for one of floats.
pub(crate) fn is_float_trait(name: &str) -> bool {
    FLOAT_TRAITS.contains(&name) || is_named_for_floats(name)
}

/// Whether one of the bounds is a float trait, or one that asks for such.
pub(crate) fn has_float_bound<'a>(
    bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>,
    known: &Known,
) -> bool {
    bounds.into_iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => {
            let own = t.path.get_ident().is_some_and(|name| known.is_of_floats(&name.unraw().to_string()));
            own || t.path.segments.last().is_some_and(|s| {
                let name = s.ident.to_string();
                let seen = || known.own_float(&written(&t.path)).is_some();
                FLOAT_TRAITS.contains(&name.as_str()) || is_named_for_floats(&name) && !seen()
            })
        }
        _ => false,
    })
}

/// What all bounds by traits of the user's say of a type parameter.
fn own_float(bounds: &[&syn::TypeParamBound], known: &Known) -> OwnFloat {
    let mut found = OwnFloat::default();
    for bound in bounds {
        let syn::TypeParamBound::Trait(t) = bound else { continue };
        let Some(name) = t.path.segments.last().map(|s| s.ident.unraw().to_string()) else { continue };
        found.arithmetic |= crate::known::is_arithmetic(&name);
        match known.own_float(&written(&t.path)) {
            Some(own) => found.add(&own),
            None => {
                found.unseen |= crate::known::has_methods(&name);
                found.only_floats |= is_float_trait(&name);
            }
        }
    }
    found.settle();
    found
}

/// Whether a bound by an operator takes and gives the type parameter itself: `Add<Output = T>`, `Mul<T, Output = T>`. Other
/// bounds say nothing of it.
fn is_of_itself(bound: &syn::TypeParamBound, name: &str) -> bool {
    let syn::TypeParamBound::Trait(t) = bound else { return true };
    let Some(last) = t.path.segments.last() else { return true };
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return true };
    let itself = |ty: &syn::Type| match ty {
        syn::Type::Path(p) => p.path.is_ident(name) || p.path.is_ident("Self"),
        syn::Type::Reference(r) => matches!(&*r.elem, syn::Type::Path(p) if p.path.is_ident(name)),
        _ => false,
    };
    let fits = args.args.iter().all(|arg| match arg {
        syn::GenericArgument::Type(ty) => itself(ty),
        syn::GenericArgument::AssocType(assoc) => itself(&assoc.ty),
        _ => true,
    });
    !crate::known::is_arithmetic(&last.ident.unraw().to_string()) || fits
}

/// Whether a trait of this name is one of `std`'s, or of `num-traits`', without methods that floats have.
pub(crate) fn is_plain_trait(name: &str) -> bool {
    let floats = FLOAT_TRAITS.contains(&name) || ["Signed", "Num"].contains(&name);
    (PLAIN.contains(&name) || ["Sized", "Rem", "RemAssign", "DivAssign"].contains(&name)) && !floats
}

/// All bounds of a type parameter, those of the where clause included.
fn bounds<'g>(generics: &'g syn::Generics, param: &'g syn::TypeParam) -> Vec<&'g syn::TypeParamBound> {
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_param = |ty: &syn::Type| match ty {
        syn::Type::Path(t) => t.path.get_ident().is_some_and(|ident| ident.unraw() == param.ident.unraw()),
        _ => false,
    };
    let more = clause.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(p) if of_param(&p.bounded_ty) => Some(&p.bounds),
        _ => None,
    });
    param.bounds.iter().chain(more.flatten()).collect()
}

/// The name of the trait in a bound; lifetimes have none.
fn bound_name(bound: &syn::TypeParamBound) -> Option<String> {
    match bound {
        syn::TypeParamBound::Trait(t) if t.to_token_stream().to_string().contains('&') => Some("&".into()),
        syn::TypeParamBound::Trait(t) => Some(t.path.segments.last()?.ident.unraw().to_string()),
        _ => None,
    }
}

/// The length of an array.
pub fn length(expr: &syn::Expr) -> Len {
    match expr {
        syn::Expr::Group(e) => length(&e.expr),
        syn::Expr::Paren(e) => length(&e.expr),
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => {
            lit.base10_parse().map_or_else(|_| Len::Expr(quote!(#lit)), Len::Known)
        }
        other => Len::Expr(other.to_token_stream()),
    }
}

/// What may be asked of a classified type.
impl Type {
    /// Whether a gradient has this shape: floats, and arrays, slices, `Vec`s, tuples and references of them; no references
    /// behind references or in arrays, which have no places of their own.
    pub fn has_gradient_shape(&self) -> bool {
        match self {
            Type::Float(_) | Type::User(_) => true,
            Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) | Type::Ref(false, t) => {
                !matches!(**t, Type::Ref(..)) && t.has_gradient_shape()
            }
            Type::Tuple(ts) => !ts.is_empty() && ts.iter().all(Type::has_gradient_shape),
            Type::Ref(true, _) | Type::Unit | Type::Int(_) | Type::Bool | Type::Other(_) => false,
        }
    }

    /// Whether it has a gradient: of its own shape, but that of what stands beside floats in an element is `()`.
    pub fn has_gradient(&self) -> bool {
        match self {
            Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) | Type::Ref(false, t) => {
                let element = !matches!(self, Type::Ref(..)) && t.is_element();
                !matches!(**t, Type::Ref(..)) && (element || t.has_gradient())
            }
            other => other.has_gradient_shape(),
        }
    }

    /// A tuple of floats of one width, and of integers and booleans beside them.
    fn is_element(&self) -> bool {
        let mut floats = Vec::new();
        let fits = matches!(self, Type::Tuple(_)) && self.is_of_numbers(&mut floats);
        fits && !floats.is_empty() && floats.iter().all(|t| t == &floats[0])
    }

    /// Whether it is of numbers and booleans, and of fixed size; finds the floats among them.
    fn is_of_numbers<'t>(&'t self, floats: &mut Vec<&'t FloatTy>) -> bool {
        match self {
            Type::Float(t) => floats.push(t),
            Type::Int(_) | Type::Bool => {}
            Type::Array(t, _) => return t.is_of_numbers(floats),
            Type::Tuple(ts) => return !ts.is_empty() && ts.iter().all(|t| t.is_of_numbers(floats)),
            _ => return false,
        }
        true
    }

    /// The type of a derivative: `()` for what has none.
    pub fn derivative(&self) -> Type {
        let of = |t: &Type| Box::new(t.derivative());
        match self {
            Type::Int(_) | Type::Bool => Type::Unit,
            Type::Array(t, n) => Type::Array(of(t), n.clone()),
            Type::Slice(t) => Type::Slice(of(t)),
            Type::Vec(t) => Type::Vec(of(t)),
            Type::Ref(m, t) => Type::Ref(*m, of(t)),
            Type::Tuple(ts) => Type::Tuple(ts.iter().map(Type::derivative).collect()),
            other => other.clone(),
        }
    }

    /// Whether a function can return it: a gradient's shape, in tuples also beside integers and booleans, whose
    /// seed says nothing.
    pub fn is_result(&self) -> bool {
        match self {
            Type::Tuple(ts) => {
                let mut floats = false;
                ts.iter().all(|t| {
                    floats |= t.is_result();
                    t.is_result() || t.is_passive()
                }) && floats
            }
            t => t.has_gradient_shape(),
        }
    }

    /// Integers and booleans, and arrays and tuples of them.
    fn is_passive(&self) -> bool {
        match self {
            Type::Int(_) | Type::Bool | Type::Unit => true,
            Type::Array(t, _) | Type::Vec(t) => t.is_passive(),
            Type::Tuple(ts) => ts.iter().all(Type::is_passive),
            _ => false,
        }
    }

    /// Whether a gradient of this shape has a length that only the run knows.
    pub fn is_run_time_sized(&self) -> bool {
        match self {
            Type::Slice(_) | Type::Vec(_) | Type::User(_) => true,
            Type::Array(t, _) | Type::Ref(_, t) => t.is_run_time_sized(),
            _ => false,
        }
    }

    /// Whether there is a struct of the user's in it.
    pub fn has_user_type(&self) -> bool {
        match self {
            Type::User(_) => true,
            Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) | Type::Ref(_, t) => t.has_user_type(),
            Type::Tuple(ts) => ts.iter().any(Type::has_user_type),
            Type::Unit | Type::Float(_) | Type::Int(_) | Type::Bool | Type::Other(_) => false,
        }
    }

    /// Whether it is a user type, or contains one, that may have a gradient. Texts never have one.
    pub fn may_be_differentiable(&self) -> bool {
        match self {
            Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) | Type::Ref(_, t) => t.may_be_differentiable(),
            Type::Tuple(ts) => ts.iter().any(Type::may_be_differentiable),
            Type::User(_) => true,
            Type::Other(tokens) => !["str", "String", "char"].contains(&tokens.to_string().as_str()),
            Type::Unit | Type::Float(_) | Type::Int(_) | Type::Bool => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn show(function: syn::ItemFn) -> Vec<String> {
        let params = TypeParams::of(&function.sig.generics, &Known::default());
        let typed = function.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(t) => {
                Some(format!("{:?}", params.classify(&t.ty)).replace("Float(Generic", "Gen("))
            }
            syn::FnArg::Receiver(_) => None,
        });
        typed.collect()
    }

    #[test]
    fn types_are_classified_by_their_tokens() {
        let seen = show(parse_quote! {
            fn f<T: num_traits::Float, U: Copy, V, const N: usize>(
                a: f64, b: &mut [[f32; 3]; N], c: Vec<(T, bool)>, d: &V, e: std::primitive::f64,
                g: (), h: (usize), i: std::vec::Vec<f64>, j: my::f64, k: U,
            ) where V: RealField {}
        });
        assert_eq!(seen[0], "Float(F64)");
        assert!(seen[1].starts_with("Ref(true, Array(Array(Float(F32), Known(3)), Expr("), "{}", seen[1]);
        assert_eq!(seen[2], "Vec(Tuple([Gen((\"T\")), Bool]))");
        assert_eq!(seen[3], "Ref(false, Gen((\"V\")))");
        assert_eq!(seen[4], "Float(F64)");
        assert_eq!(seen[5], "Unit");
        assert_eq!(seen[6], "Int(\"usize\")");
        assert_eq!(seen[7], "Vec(Float(F64))");
        assert!(seen[8].starts_with("Other") && seen[9].starts_with("Other"));
    }

    #[test]
    fn elements_have_gradients_beside_integers() {
        let has = |ty: syn::Type| TypeParams::default().classify(&ty).has_gradient();
        assert!(has(parse_quote!(&[(usize, f64)])) && has(parse_quote!(Vec<Vec<(f64, [i32; 2], bool)>>)));
        assert!(has(parse_quote!([(f64, f64); 2])) && has(parse_quote!(&Vec<f64>)));
        assert!(!has(parse_quote!(&[&[f64]])) && !has(parse_quote!([&f64; 2])) && !has(parse_quote!(&&f64)));
        assert!(!has(parse_quote!((usize, f64))) && !has(parse_quote!(&[(usize, usize)])));
        assert!(!has(parse_quote!(&[(usize, Vec<f64>)])) && !has(parse_quote!(&[(f32, f64, bool)])));
    }
}
