//! Where each value is defined and used, and how the regions nest.

use crate::tables::HashMap;

use crate::ir::*;

/// A block of the function, by number; the body is [`RegionId::ROOT`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RegionId(pub u32);

impl RegionId {
    /// The function's body.
    pub const ROOT: RegionId = RegionId(0);
}

/// What a region is to the statement that owns it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegionKind {
    /// The function's body.
    Body,
    /// An arm of an `If`.
    Arm,
    /// The body of a `For`.
    For,
    /// The body of a `While`.
    While,
    /// The condition of a `While`.
    Cond,
}

/// What is known of a region.
#[derive(Debug)]
pub struct Region<'f> {
    /// The region around it.
    pub parent: Option<RegionId>,
    /// Its block.
    pub block: &'f Block,
    /// The statement that owns it.
    pub owner: Option<&'f Stmt>,
    /// What it is to its owner.
    pub kind: RegionKind,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub enum Def<'f> {
    /// A parameter of the function.
    Param,
    /// A parameter of a block, by index.
    Block(RegionId, usize),
    /// A result of a statement.
    Stmt {
        /// The region that the statement is in.
        region: RegionId,
        /// Its position there.
        at: usize,
        /// The statement.
        stmt: &'f Stmt,
    },
}

/// A use of a value.
#[derive(Clone, Copy, Debug)]
pub enum UseSite<'f> {
    /// An operand of a statement (once per statement, however often it occurs there).
    Stmt {
        /// The region that the statement is in.
        region: RegionId,
        /// Its position there.
        at: usize,
        /// The statement.
        stmt: &'f Stmt,
    },
    /// A yield of a region, by index.
    Yield(RegionId, usize),
}

/// The tables.
#[derive(Debug)]
pub struct Defs<'f> {
    regions: Vec<Region<'f>>,
    by_block: HashMap<*const Block, RegionId>,
    defs: HashMap<Value, Def<'f>>,
    uses: HashMap<Value, Vec<UseSite<'f>>>,
    /// The region in which each place comes to life (parameters: the root).
    places: HashMap<Place, RegionId>,
    place_defs: HashMap<Place, &'f Stmt>,
}

impl<'f> Defs<'f> {
    /// Reads the function once.
    pub fn new(func: &'f Func) -> Defs<'f> {
        let mut d = Defs {
            regions: Vec::new(),
            by_block: HashMap::default(),
            defs: HashMap::default(),
            uses: HashMap::default(),
            places: HashMap::default(),
            place_defs: HashMap::default(),
        };
        for p in &func.params {
            d.param(&p.kind);
        }
        d.block(&func.body, None, None, RegionKind::Body);
        d
    }

    fn param(&mut self, kind: &ParamKind) {
        match kind {
            ParamKind::Scalar(v, _) => {
                self.defs.insert(*v, Def::Param);
            }
            ParamKind::Place(p, _) => {
                self.places.insert(*p, RegionId::ROOT);
            }
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.param(k)),
            ParamKind::Opaque => {}
        }
    }

    fn block(
        &mut self,
        block: &'f Block,
        parent: Option<RegionId>,
        owner: Option<&'f Stmt>,
        kind: RegionKind,
    ) -> RegionId {
        let id = RegionId(self.regions.len() as u32);
        self.regions.push(Region { parent, block, owner, kind });
        self.by_block.insert(block, id);
        for (i, p) in block.params.iter().enumerate() {
            self.defs.insert(*p, Def::Block(id, i));
        }
        for (at, stmt) in block.stmts.iter().enumerate() {
            let mut vs = stmt.op.values();
            vs.sort();
            vs.dedup();
            for v in vs {
                self.uses.entry(v).or_default().push(UseSite::Stmt { region: id, at, stmt });
            }
            for r in &stmt.results {
                self.defs.insert(*r, Def::Stmt { region: id, at, stmt });
            }
            for p in stmt.op.place_made() {
                self.places.insert(p, id);
                self.place_defs.insert(p, stmt);
            }
            match &stmt.op {
                Op::If { then, els, .. } => {
                    self.block(then, Some(id), Some(stmt), RegionKind::Arm);
                    self.block(els, Some(id), Some(stmt), RegionKind::Arm);
                }
                Op::For { body, .. } => {
                    self.block(body, Some(id), Some(stmt), RegionKind::For);
                }
                Op::While { cond, body, .. } => {
                    self.block(cond, Some(id), Some(stmt), RegionKind::Cond);
                    self.block(body, Some(id), Some(stmt), RegionKind::While);
                }
                _ => {}
            }
        }
        for (i, v) in block.yields.iter().enumerate() {
            self.uses.entry(*v).or_default().push(UseSite::Yield(id, i));
        }
        id
    }

    /// The region of a block of the function.
    pub fn region_of(&self, block: &Block) -> RegionId {
        self.by_block.get(&(block as *const Block)).copied().unwrap_or(RegionId::ROOT)
    }

    /// What is known of a region.
    pub fn region(&self, r: RegionId) -> &Region<'f> {
        &self.regions[r.0 as usize]
    }

    /// Where a value comes from (nothing, if it is not of this function).
    pub fn def(&self, v: Value) -> Option<Def<'f>> {
        self.defs.get(&v).copied()
    }

    /// The statement that makes a place, unless it is a parameter.
    pub fn place_def(&self, p: Place) -> Option<&'f Stmt> {
        self.place_defs.get(&p).copied()
    }

    /// The region that a value is defined in.
    pub fn home(&self, v: Value) -> RegionId {
        match self.def(v) {
            Some(Def::Block(r, _)) | Some(Def::Stmt { region: r, .. }) => r,
            Some(Def::Param) | None => RegionId::ROOT,
        }
    }

    /// The region that a place comes to life in.
    pub fn place_home(&self, p: Place) -> RegionId {
        self.places.get(&p).copied().unwrap_or(RegionId::ROOT)
    }

    /// All uses of a value.
    pub fn uses(&self, v: Value) -> &[UseSite<'f>] {
        self.uses.get(&v).map_or(&[], Vec::as_slice)
    }

    /// Whether `inner` is `outer` or lies within it.
    pub fn within(&self, mut inner: RegionId, outer: RegionId) -> bool {
        loop {
            if inner == outer {
                return true;
            }
            match self.region(inner).parent {
                Some(p) => inner = p,
                None => return false,
            }
        }
    }

    /// The regions from the root down to `r`, both included.
    pub fn chain(&self, r: RegionId) -> Vec<RegionId> {
        let mut out = vec![r];
        let mut cur = r;
        while let Some(p) = self.region(cur).parent {
            out.push(p);
            cur = p;
        }
        out.reverse();
        out
    }

    /// The values of enclosing regions that are used in `block` or its regions, in order of first use.
    pub fn free_values(&self, block: &Block) -> Vec<Value> {
        let r = self.region_of(block);
        let mut out = Vec::new();
        let mut seen = crate::tables::HashSet::default();
        block.each_use(&mut |v| {
            if !self.within(self.home(v), r) && seen.insert(v) {
                out.push(v);
            }
        });
        out
    }
}
