//! Structs of the user's that derivatives flow through: fields, literals, patterns.
//!
//! Such a struct is memory, as an array is, and a field a step into it. What is in a field is known where the struct is
//! in sight; elsewhere it is left to rustc, as with the results of calls.

use super::facts::Facts;
use super::place::Loc;
use super::shape::{Shape, place_ty};
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, Type};
use crate::ir::{Flow, Init, Member, Op, Part, Place, PlaceTy, Proj, UserTy};
use crate::known::Receiver;
use proc_macro2::TokenStream;
use quote::quote;

impl Facts<'_> {
    /// The struct that something of this shape is, or refers to.
    pub(super) fn user_type(shape: &Shape) -> Option<&UserTy> {
        match shape.strip() {
            Shape::Place(PlaceTy::User(ty)) => Some(ty),
            _ => None,
        }
    }

    /// Whether an expression is such a struct, or something of unknown type that active values flow into.
    pub(super) fn has_members(&self, e: &Expr) -> bool {
        let (shape, tainted) = self.fact(e);
        Self::user_type(&shape).is_some() || (*shape.strip() == Shape::Unknown && tainted)
    }

    /// The type of a field, without references: what they refer to is read through them.
    pub(super) fn member_type(&self, of: &UserTy, member: &syn::Member) -> Option<Type> {
        if let Some(ty) = self.linear_field(of, member) {
            return Some(ty);
        }
        let of = syn::parse2::<syn::Type>(of.0.clone()).ok()?;
        let mut ty = self.f.types.known.field(&of, member)?;
        while let Some(inner) = in_box(&ty) {
            ty = inner;
        }
        let mut ty = self.f.types.classify(&ty);
        while let Type::Ref(_, inner) = ty {
            ty = *inner;
        }
        Some(ty)
    }

    /// The shape of a field, and whether derivatives flow through it.
    pub(super) fn member(&self, of: &UserTy, member: &syn::Member) -> (Shape, bool) {
        let passive = syn::parse2::<syn::Type>(of.0.clone())
            .is_ok_and(|of| self.f.types.known.is_passive_field(&of, member));
        let shape = self.member_type(of, member).map_or(Shape::Unknown, |t| Shape::of(&t));
        if passive {
            let key = (of.0.to_string(), crate::known::member_name(member));
            self.constants.borrow_mut().entry(key).or_insert_with(|| of.clone());
        }
        (shape, !passive)
    }

    /// Whether derivatives flow through a field. What the items in sight say, each companion has rustc check.
    pub(super) fn member_flow(&self, of: &PlaceTy, member: &syn::Member) -> Flow {
        let PlaceTy::User(of) = of else { return Flow::Open };
        // Types of linear algebra hold nothing but numbers that derivatives flow through.
        if self.linear(of).is_some() {
            return Flow::Active;
        }
        let Ok(ty) = syn::parse2::<syn::Type>(of.0.clone()) else { return Flow::Open };
        if !self.member(of, member).1 {
            return Flow::Constant;
        }
        if has_holes(&of.0.to_string()) || self.f.types.known.field(&ty, member).is_none() {
            return Flow::Open;
        }
        let key = (of.0.to_string(), crate::known::member_name(member));
        self.flowing.borrow_mut().entry(key).or_insert_with(|| of.clone());
        Flow::Active
    }

    /// How many boxes a field of a struct in sight is in.
    fn boxes(&self, of: &UserTy, member: &syn::Member) -> usize {
        let of = syn::parse2::<syn::Type>(of.0.clone()).ok();
        let ty = of.and_then(|of| self.f.types.known.field(&of, member));
        std::iter::successors(ty, in_box).count().saturating_sub(1)
    }

    /// The shape of a struct literal.
    pub(super) fn literal_shape(&self, path: &syn::Path, tainted: bool) -> Shape {
        match self.f.types.of_literal(path) {
            ty @ Type::User(_) => Shape::of(&ty),
            // It is a struct, whatever it is: rustc says whether derivatives flow through it.
            Type::Other(_) if tainted && !is_variant(path) => {
                Shape::Place(PlaceTy::User(UserTy(quote!(#path))))
            }
            _ => Shape::Unknown,
        }
    }

    /// The struct that `Type(…)` makes, where `Type` is in sight.
    pub(super) fn constructed(&self, path: &syn::Path) -> Option<UserTy> {
        match self.f.types.of_literal(path) {
            Type::User(ty) => Some(ty),
            _ => None,
        }
    }

    /// The shape of a constant in sight that is a struct: `Vec3::ZERO`.
    pub(super) fn constant_struct(&self, path: &syn::Path) -> Option<Shape> {
        let ty = self.f.types.known.constant(path, self.f.self_ty.as_ref())?;
        match self.f.types.classify(&ty) {
            ty @ Type::User(_) => Some(Shape::of(&ty)),
            _ => None,
        }
    }

    /// Whether all values of a type have the same lengths, as far as is seen.
    pub(super) fn is_of_one_size(&self, ty: &PlaceTy) -> bool {
        self.is_of_one_size_in(ty, 0)
    }

    fn is_of_one_size_in(&self, ty: &PlaceTy, depth: usize) -> bool {
        match ty {
            PlaceTy::User(of) if depth < 8 => {
                let Ok(of) = syn::parse2::<syn::Type>(of.0.clone()) else { return false };
                let members = self.f.types.known.members(&of);
                let fits = |ty: &syn::Type| {
                    let ty = field_place(&self.f.types.classify(ty));
                    ty.is_some_and(|ty| self.is_of_one_size_in(&ty, depth + 1))
                };
                members.is_some_and(|all| {
                    all.iter()
                        .all(|(member, ty)| self.f.types.known.is_passive_field(&of, member) || fits(ty))
                })
            }
            PlaceTy::Array(t, _) => self.is_of_one_size_in(t, depth),
            PlaceTy::Tuple(ts) => ts.iter().all(|t| self.is_of_one_size_in(t, depth)),
            ty => ty.is_fixed(),
        }
    }

    /// Whether a type can be written down: of a struct out of sight, a name alone may leave out arguments.
    pub(super) fn can_be_written(&self, ty: &PlaceTy) -> bool {
        match ty {
            PlaceTy::User(of) => syn::parse2::<syn::Type>(of.0.clone()).is_ok_and(|ty| match &ty {
                syn::Type::Path(path) => {
                    let arguments = path.path.segments.last().map(|s| &s.arguments);
                    arguments.is_some_and(|a| !a.is_none()) || self.f.types.known.members(&ty).is_some()
                }
                _ => false,
            }),
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => self.can_be_written(t),
            PlaceTy::Tuple(ts) => ts.iter().all(|t| self.can_be_written(t)),
            PlaceTy::Scalar(_) => true,
            PlaceTy::Cell | PlaceTy::Unknown => false,
        }
    }

    /// What an index of a struct gives.
    pub(super) fn indexed_place(&self, of: &UserTy, index: &Expr) -> PlaceTy {
        if let Some(element) = self.linear_element(of) {
            return element;
        }
        let index = type_of_index(index);
        let (key, text) = (of.0.to_string(), index.to_string());
        let name = syn::parse2::<syn::Type>(of.0.clone()).ok().and_then(|ty| crate::known::type_name(&ty));
        let output = self.f.types.known.operator("Index", &name.unwrap_or_default(), &text);
        self.indexed.borrow_mut().entry((key, text)).or_insert_with(|| (of.clone(), index));
        output.and_then(|ty| field_place(&self.f.types.classify(&ty))).unwrap_or(PlaceTy::Unknown)
    }

    /// Has rustc check that what indices of structs give are parts of them.
    pub(super) fn proofs_of_indices(&self) -> Vec<TokenStream> {
        let krate = &self.f.crate_path;
        let indexed = self.indexed.borrow();
        let proofs = indexed.values().map(|(of, index)| {
            let of = &of.0;
            quote!(let _ = |__v: &#of, __i: &#index| #krate::__rt::indexed(__v, __i);)
        });
        proofs.collect()
    }

    /// Has rustc check that the fields that were taken for constants are: what is known of a struct goes by its name.
    pub(super) fn proofs_of_constants(&self) -> Vec<TokenStream> {
        let constants = self.constants.borrow();
        let proofs = constants.iter().filter(|((of, _), _)| !has_holes(of));
        let constant = proofs.map(|((_, member), of)| {
            let (of, proof) = (&of.0, crate::derive::passive_proof(member));
            quote!(let () = <#of>::#proof;)
        });
        let krate = &self.f.crate_path;
        let flowing = self.flowing.borrow();
        let flowing = flowing.iter().map(|((_, member), of)| {
            let (of, proof) = (&of.0, crate::derive::field_proof(member));
            quote!(let _ = |__v: &#of| #krate::__rt::flows(&__v.#proof());)
        });
        constant.chain(flowing).collect()
    }

    /// How a method of a struct takes what it is called on, where the method is in sight.
    pub(super) fn receiver_of(&self, of: &UserTy, name: &str) -> Option<Receiver> {
        let of = syn::parse2::<syn::Type>(of.0.clone()).ok()?;
        self.f.types.known.receiver(&of, name)
    }
}

/// `Shape::Circle { … }`
fn is_variant(path: &syn::Path) -> bool {
    let upper = |s: &syn::PathSegment| s.ident.to_string().starts_with(char::is_uppercase);
    path.segments.iter().rev().nth(1).is_some_and(upper)
}

impl Loc {
    /// A field of a struct.
    pub(super) fn member(mut self, member: Member, ty: PlaceTy) -> Loc {
        self.path.push(Proj::Member(member, ty.clone()));
        Loc { ty, ..self }
    }
}

impl<'a> Lower<'a, '_> {
    /// The place of a field.
    pub(super) fn member_of(&mut self, whole: Loc, member: &syn::Member) -> Loc {
        let ty = match &whole.ty {
            PlaceTy::User(of) => self.facts.member_type(of, member).and_then(|t| field_place(&t)),
            _ => None,
        };
        let (flow, boxes) = match &whole.ty {
            PlaceTy::User(of) => (self.facts.member_flow(&whole.ty, member), self.facts.boxes(of, member)),
            _ => (Flow::Open, 0),
        };
        let name = member.clone();
        let mut part = whole.member(Member { name, flow }, ty.unwrap_or(PlaceTy::Unknown));
        part.path.extend(std::iter::repeat_n(Proj::Deref, boxes));
        part
    }

    /// `Type { x: a, ..rest }`
    pub(super) fn struct_literal(
        &mut self,
        e: &'a Expr,
        (path, fields, rest): (&syn::Path, &'a [(syn::Member, Expr)], Option<&'a Expr>),
    ) -> Res<Val> {
        if let Some(lacks) = self.f.types.known.lacks_derive(path) {
            let name = crate::parse::text::one_line(&quote!(#path));
            let args = [name.as_str(), lacks.what(), lacks.instead()];
            return self.refuse_part(Kind::NotDerived, e, &quote!(#path), &args);
        }
        let Shape::Place(PlaceTy::User(ty)) = self.facts.literal_shape(path, true) else {
            return self.refuse(Kind::NotDifferentiated, e, &["a struct literal"]);
        };
        let mut parts = Vec::new();
        for (member, value) in fields {
            let part = self.field_value(&ty, member, value)?;
            let part = self.kept_part(part, fields.iter().map(|(_, e)| e).chain(rest));
            let flow = self.facts.member_flow(&PlaceTy::User(ty.clone()), member);
            parts.push((Member { name: member.clone(), flow }, part));
        }
        let rest = match rest {
            None => None,
            Some(rest) if self.facts.is_copied(rest) => {
                let value = self.copy_typed(rest, crate::ir::Ty::Opaque)?;
                Some(self.given_struct(ty.clone(), value))
            }
            Some(rest) => {
                let val = self.expr(rest, None)?;
                Some(self.whole(val, rest)?.place)
            }
        };
        Ok(self.made_struct(ty, path.clone(), parts, rest))
    }

    /// `Type(a, b)`
    pub(super) fn tuple_struct(&mut self, ty: UserTy, path: &syn::Path, args: &'a [Expr]) -> Res<Val> {
        let mut parts = Vec::new();
        for (i, value) in args.iter().enumerate() {
            let member = syn::Member::Unnamed(syn::Index::from(i));
            let part = self.field_value(&ty, &member, value)?;
            let part = self.kept_part(part, args.iter());
            let flow = self.facts.member_flow(&PlaceTy::User(ty.clone()), &member);
            parts.push((Member { name: member, flow }, part));
        }
        Ok(self.made_struct(ty, path.clone(), parts, None))
    }

    fn made_struct(
        &mut self,
        ty: UserTy,
        path: syn::Path,
        fields: Vec<(Member, Part)>,
        rest: Option<Place>,
    ) -> Val {
        if self.dead {
            return Val::Never;
        }
        let place = self.fresh(PlaceTy::User(ty));
        self.effect(Op::Alloc { place, init: Init::Fields { path, fields, rest } });
        Val::Place(place)
    }

    /// What a field is made of.
    fn field_value(&mut self, of: &UserTy, member: &syn::Member, value: &'a Expr) -> Res<Part> {
        self.check_constant(self.facts.member_flow(&PlaceTy::User(of.clone()), member), value)?;
        if self.facts.boxes(of, member) > 0 && !self.facts.is_copied(value) {
            return self.refuse(Kind::BoxedValue, value, &[]);
        }
        let ty = self.facts.member_type(of, member);
        let scalar = ty.as_ref().and_then(|t| Shape::of(t).scalar());
        if let Some(ty) = scalar {
            return self.typed(value, ty).map(Part::Value);
        }
        if self.facts.is_copied(value) {
            return self.copy_typed(value, crate::ir::Ty::Opaque).map(Part::Value);
        }
        match self.expr(value, ty.as_ref())? {
            Val::Scalar(v) => Ok(Part::Value(v)),
            Val::Place(p) => Ok(Part::Place(p)),
            Val::Tuple(vals) => self.gathered(vals, value).map(Part::Place),
            Val::Never => Err(Refused),
            val => match val.place() {
                // A field that is a reference holds no derivative.
                Some(p) => Ok(Part::Place(p)),
                None => self.refuse(Kind::NotDifferentiated, value, &["this value of a field"]),
            },
        }
    }

    /// A field, where the values of others may change what it is read from.
    fn kept_part(&mut self, part: Part, beside: impl Iterator<Item = &'a Expr>) -> Part {
        match part {
            Part::Place(p) => Part::Place(self.kept_place_beside(p, beside)),
            part => part,
        }
    }

    /// An active value in a constant field would lose its derivative.
    fn check_constant(&mut self, flow: Flow, value: &'a Expr) -> Res<()> {
        let (shape, tainted) = self.facts.fact(value);
        let ends = matches!(shape.strip(), Shape::Int(_) | Shape::Bool);
        match flow == Flow::Constant && tainted && !ends && !self.facts.is_copied(value) {
            true => self.refuse(Kind::ConstantField, value, &[]),
            false => Ok(()),
        }
    }

    /// The same of what is assigned to such a field, or a part of one.
    pub(super) fn check_constant_part(&mut self, loc: &Loc, value: &'a Expr) -> Res<()> {
        let constant = crate::ir::derivative_path(&loc.path).is_none();
        self.check_constant(if constant { Flow::Constant } else { Flow::Open }, value)
    }

    /// Whether a value is a struct of the user's, or refers to one.
    pub(super) fn is_user(&self, val: &Val) -> bool {
        val.place().is_some_and(|p| matches!(self.func.plc(p).ty, PlaceTy::User(_)))
    }

    /// `let Type(a, b) = val;`
    pub(super) fn bind_unnamed(&mut self, ps: &'a [Pat], val: Val) -> Res<()> {
        let rest = ps.iter().any(|p| matches!(p.kind, crate::hir::PatKind::Rest(_)));
        for (i, p) in ps.iter().enumerate() {
            if rest {
                return self.refuse_at(Kind::Pattern, p.span, &[]);
            }
            self.bind_member(&syn::Member::Unnamed(syn::Index::from(i)), p, &val)?;
        }
        Ok(())
    }

    /// `let Type { x, y: p, .. } = val;`
    pub(super) fn bind_members(&mut self, fields: &'a [(syn::Member, Pat)], val: &Val) -> Res<()> {
        fields.iter().try_for_each(|(member, p)| self.bind_member(member, p, val))
    }

    /// What a field holds, by value and apart from the struct.
    pub(super) fn member_value(&mut self, member: &syn::Member, val: &Val) -> Res<Val> {
        let Some(place) = val.place() else { return Err(Refused) };
        let whole = Loc { place, path: Vec::new(), ty: self.func.plc(place).ty.clone() };
        let loc = self.member_of(whole, member);
        match self.load(loc)? {
            Val::Place(p) => Ok(Val::Place(self.copied(p))),
            val => Ok(val),
        }
    }

    fn bind_member(&mut self, member: &syn::Member, p: &'a Pat, val: &Val) -> Res<()> {
        if val.place().is_none() {
            return self.refuse_at(Kind::Pattern, p.span, &[]);
        }
        let part = self.member_part(member, val)?;
        self.bind(p, part)
    }

    /// What a pattern looks at of a field: a part, or a reference to one.
    pub(super) fn member_part(&mut self, member: &syn::Member, val: &Val) -> Res<Val> {
        let (place, by_reference) = match val {
            Val::Place(place) => (*place, None),
            Val::PlaceRef(place, mutable) => (*place, Some(*mutable)),
            _ => return Err(Refused),
        };
        let whole = Loc { place, path: Vec::new(), ty: self.func.plc(place).ty.clone() };
        let loc = self.member_of(whole, member);
        Ok(match (by_reference, &loc.ty) {
            (Some(false), PlaceTy::Scalar(_)) => self.load(loc)?.by_reference(),
            (Some(true), PlaceTy::Scalar(_)) => {
                let view = self.new_view(loc);
                self.written(view);
                Val::PlaceRef(view, true)
            }
            (Some(mutable), _) => Val::PlaceRef(self.new_view(loc), mutable),
            (None, _) => self.load(loc)?,
        })
    }

    /// A struct that the user's code has made, which no active value flows into.
    pub(super) fn given_struct(&mut self, ty: UserTy, value: crate::ir::Value) -> Place {
        let place = self.fresh(PlaceTy::User(ty));
        self.effect(Op::Alloc { place, init: Init::Given(value) });
        place
    }
}

/// The type of what a struct is indexed by: `a[i]`, `a[(i, j)]`, `a[[i, j]]`.
fn type_of_index(index: &Expr) -> TokenStream {
    match &index.kind {
        ExprKind::Tuple(parts) => {
            let parts = parts.iter().map(|_| quote!(usize));
            quote!((#(#parts),*))
        }
        ExprKind::Array(parts) => {
            let n = proc_macro2::Literal::usize_unsuffixed(parts.len());
            quote!([usize; #n])
        }
        _ => quote!(usize),
    }
}

/// Whether a type leaves something to rustc: `Vec3<_>`.
pub(super) fn has_holes(ty: &str) -> bool {
    ty.split(' ').any(|word| word == "_")
}

/// What is in a box.
fn in_box(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Box")?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(args) => match args.args.first()? {
            syn::GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// The type of a field's memory, scalars included.
fn field_place(ty: &Type) -> Option<PlaceTy> {
    match Shape::of(ty).scalar() {
        Some(ty) => Some(PlaceTy::Scalar(ty)),
        None => super::shape::elem_ty(ty).or_else(|| place_ty(ty)),
    }
}

/// The path of a struct's method: `Vec3::dot`, `Vec3::<T>::dot`.
pub(super) fn method_path(
    of: &UserTy,
    name: &syn::Ident,
    turbofish: Option<&TokenStream>,
) -> Option<syn::Path> {
    let mut path = match syn::parse2::<syn::Type>(of.0.clone()).ok()? {
        syn::Type::Path(t) if t.qself.is_none() => t.path,
        _ => return None,
    };
    for segment in &mut path.segments {
        if let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            arguments.colon2_token = Some(Default::default());
        }
    }
    let mut last = syn::PathSegment::from(name.clone());
    if let Some(turbofish) = turbofish {
        last.arguments = syn::PathArguments::AngleBracketed(syn::parse2(turbofish.clone()).ok()?);
    }
    path.segments.push(last);
    Some(path)
}
