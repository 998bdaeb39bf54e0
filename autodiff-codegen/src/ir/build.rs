//! Making IR: the arena's constructors, and a cursor that appends statements to a block.

use super::*;

impl Func {
    /// An empty function.
    pub fn new(name: impl Into<String>) -> Func {
        Func {
            name: name.into(),
            params: Vec::new(),
            values: Vec::new(),
            places: Vec::new(),
            items: Vec::new(),
            passed: Vec::new(),
            own_methods: OwnMethods::default(),
            before: Vec::new(),
            body: Block::default(),
            ret: Ret::Unit,
        }
    }

    /// A new value.
    pub fn value(&mut self, ty: Ty, name: Option<Name>, origin: &Origin) -> Value {
        self.values.push(ValueInfo { ty, name, origin: origin.clone(), rerun: false });
        Value(self.values.len() as u32 - 1)
    }

    /// The induction variable of a loop all of whose rounds have been run before ([`ValueInfo::rerun`]).
    pub fn rerun(&mut self, ty: Ty, name: Option<Name>, origin: &Origin) -> Value {
        let v = self.value(ty, name, origin);
        self.values[v.0 as usize].rerun = true;
        v
    }

    /// A new value of which the same is known as of another one.
    pub fn same_again(&mut self, v: Value) -> Value {
        let info = self.val(v).clone();
        self.values.push(info);
        Value(self.values.len() as u32 - 1)
    }

    /// A new place.
    pub fn place(&mut self, ty: PlaceTy, kind: PlaceKind, name: Option<Name>, origin: &Origin) -> Place {
        self.places.push(PlaceInfo { ty, kind, mutable: false, name, origin: origin.clone() });
        Place(self.places.len() as u32 - 1)
    }

    /// What is known of a value.
    pub fn val(&self, v: Value) -> &ValueInfo {
        &self.values[v.0 as usize]
    }

    /// What is known of a place.
    pub fn plc(&self, p: Place) -> &PlaceInfo {
        &self.places[p.0 as usize]
    }

    /// The type of a value.
    pub fn ty(&self, v: Value) -> &Ty {
        &self.values[v.0 as usize].ty
    }

    /// The place that a view is, in the end, a view of; the place itself if it is none.
    pub fn root(&self, mut p: Place) -> Place {
        while let PlaceKind::View { base } = self.plc(p).kind {
            p = base;
        }
        p
    }

    /// Appends a statement with one new result of type `ty` to `out`, and returns that result.
    pub fn push(
        &mut self,
        out: &mut Vec<Stmt>,
        op: Op,
        ty: Ty,
        name: Option<Name>,
        origin: &Origin,
    ) -> Value {
        let v = self.value(ty, name, origin);
        out.push(Stmt { op, results: vec![v], origin: origin.clone() });
        v
    }

    /// Appends a statement without results.
    pub fn effect(&mut self, out: &mut Vec<Stmt>, op: Op, origin: &Origin) {
        out.push(Stmt { op, results: Vec::new(), origin: origin.clone() });
    }

    /// A float constant of the given type.
    pub fn float(&mut self, out: &mut Vec<Stmt>, value: f64, ty: Ty, origin: &Origin) -> Value {
        let op = Op::Const(Const::Float { value, text: format!("{value:?}") });
        self.push(out, op, ty, None, origin)
    }

    /// An integer constant of the given type.
    pub fn int(&mut self, out: &mut Vec<Stmt>, value: i128, ty: Ty, origin: &Origin) -> Value {
        self.push(out, Op::Const(Const::Int(value)), ty, None, origin)
    }
}
