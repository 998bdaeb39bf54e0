//! Names for what has none, after what it is made of.

use super::body::Body;
use crate::ir::*;
use crate::rules::Syntax;

impl Body<'_> {
    /// A name for a value that has none.
    pub(super) fn hint(&self, v: Value) -> String {
        if self.facts.returned.contains(&v) {
            return "value".into();
        }
        self.stem(v).unwrap_or_else(|| match self.func.ty(v) {
            Ty::Bool => "cond".into(),
            Ty::Int(_) if self.facts.indices.contains(&v) => "k".into(),
            Ty::Int(_) => "n".into(),
            Ty::Pullback => "pull".into(),
            Ty::Snapshot => "kept".into(),
            _ => "t".into(),
        })
    }

    /// A name for a place that has none: after what is kept in it.
    pub(super) fn place_hint(&self, p: Place) -> String {
        match self.facts.stored.get(&p).and_then(|v| self.name_or_stem(*v)) {
            Some(stem) => format!("{stem}_s"),
            None => "a".into(),
        }
    }

    fn name_or_stem(&self, v: Value) -> Option<String> {
        match &self.func.val(v).name {
            Some(name) => Some(name.stem()),
            None => self.stem(v),
        }
    }

    /// `x_i` for `x[i]`, `sin_x` for `x.sin()` and for `libm::sin(x)`.
    fn stem(&self, v: Value) -> Option<String> {
        match self.facts.made_by.get(&v)? {
            Op::Load { place, path, .. } => {
                let Some(name) = &self.func.plc(*place).name else {
                    // Its own name only: what is stored may have been loaded from the same place.
                    let stored = self.facts.stored.get(place)?;
                    return self.func.val(*stored).name.as_ref().map(Name::stem);
                };
                let mut out = name.stem();
                for p in path {
                    match p {
                        Proj::Index(i) => {
                            if let Some(i) = self.index_stem(*i) {
                                out = format!("{out}_{i}");
                            }
                        }
                        Proj::Field(n) => out = format!("{out}_{n}"),
                        Proj::Member(Member { name: syn::Member::Named(name), .. }, _) => {
                            out = format!("{out}_{}", crate::names::text(name));
                        }
                        Proj::Member(Member { name: syn::Member::Unnamed(i), .. }, _) => {
                            out = format!("{out}_{}", i.index)
                        }
                        Proj::Slice(..) | Proj::Deref | Proj::At(..) => {}
                    }
                }
                Some(out)
            }
            Op::Elem { rule, args } => match rule.syntax() {
                Syntax::Method(name) | Syntax::Function(name) => match self.plain(*args.first()?) {
                    Some(of) => Some(format!("{name}_{of}")),
                    None => Some(name.clone()),
                },
                _ => None,
            },
            Op::Len(p) => Some(format!("{}_len", self.func.plc(*p).name.as_ref()?.stem())),
            _ => None,
        }
    }

    fn index_stem(&self, v: Value) -> Option<String> {
        match self.facts.made_by.get(&v) {
            Some(Op::Const(Const::Int(n))) => Some(n.to_string()),
            _ => self.func.val(v).name.as_ref().map(Name::stem),
        }
    }

    /// The name of a value that has one, or is an element of something that has one.
    fn plain(&self, v: Value) -> Option<String> {
        match (&self.func.val(v).name, self.facts.made_by.get(&v)) {
            (Some(Name::Temp(_)), _) => None,
            (Some(name), _) => Some(name.stem()),
            (None, Some(Op::Load { .. })) => self.stem(v),
            _ => None,
        }
    }
}
