//! What `NAME_graph` records its numbers by.

use super::{Cluster, Edge, Flow, Graph, Kind, Node};
use crate::{Off, Scalar, Slot};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::marker::PhantomData;

/// The numbers of one place of the program.
#[derive(Clone, Debug, Default)]
struct Record {
    value: Option<f64>,
    runs: usize,
    gradient: Option<f64>,
    /// The run that the gradient is of. The last round of a loop may come first in the reverse sweep, or last.
    of: usize,
    /// When the value was recorded.
    at: usize,
}

/// When the rounds of a loop, or an arm, were entered.
#[derive(Clone, Copy, Debug, Default)]
struct Entered {
    times: usize,
    last: usize,
}

/// Where the numbers go while the program runs.
#[derive(Debug)]
pub struct Recorder {
    records: RefCell<Vec<Record>>,
    entered: RefCell<Vec<Entered>>,
    /// Counts what is entered.
    clock: Cell<usize>,
}

type NodeOf<'s> = (Kind, &'s str, (&'s str, usize), Option<usize>, Option<usize>, Option<f64>);

impl Recorder {
    /// For so many places, and so many loops and arms.
    pub fn new(places: usize, clusters: usize) -> Recorder {
        Recorder {
            records: RefCell::new(vec![Record::default(); places]),
            entered: RefCell::new(vec![Entered::default(); clusters]),
            clock: Cell::new(0),
        }
    }

    /// A round of a loop, or an arm of a branch, begins.
    pub fn enter(&self, cluster: usize) {
        self.clock.set(self.clock.get() + 1);
        if let Some(entered) = self.entered.borrow_mut().get_mut(cluster) {
            entered.times += 1;
            entered.last = self.clock.get();
        }
    }

    fn forward(&self, at: usize, value: f64) -> usize {
        match self.records.borrow_mut().get_mut(at) {
            Some(record) => {
                record.value = Some(value);
                record.runs += 1;
                record.at = self.clock.get();
                record.runs
            }
            None => 0,
        }
    }

    fn backward(&self, at: usize, run: usize, gradient: f64) {
        if let Some(record) = self.records.borrow_mut().get_mut(at)
            && run >= record.of
        {
            record.gradient = Some(gradient);
            record.of = run;
        }
    }

    /// The graph with the numbers: those of the last round of each loop. What did not run in it has none.
    pub fn graph(
        &self,
        name: &str,
        nodes: &[NodeOf<'_>],
        edges: &[(usize, usize, Flow, Option<usize>)],
        clusters: &[(&str, bool, Option<usize>)],
        watches: &[Option<usize>],
    ) -> Graph {
        let (records, entered) = (self.records.borrow(), self.entered.borrow());
        let recent = |mut around: Option<usize>, at: usize| {
            while let Some(c) = around {
                let (_, is_loop, parent) = clusters[c];
                if is_loop && at < entered[c].last || entered[c].times == 0 {
                    return false;
                }
                around = parent;
            }
            true
        };
        let record = |at: Option<usize>| {
            let record =
                at.and_then(|at| records.get(at).map(|r| (r, watches[at]))).filter(|(r, _)| r.runs > 0);
            let numbers = record.filter(|(r, around)| recent(*around, r.at)).map(|(r, _)| {
                // Of an earlier run, if no derivative came to the last one.
                (r.value, r.gradient.filter(|_| r.of == r.runs))
            });
            numbers.unwrap_or_default()
        };
        let node = |&(kind, label, (statement, line), cluster, watch, literal): &NodeOf<'_>| {
            let (value, gradient) = record(watch);
            Node {
                kind,
                label: label.to_string(),
                statement: statement.to_string(),
                line,
                cluster,
                value: literal.or(value),
                gradient,
                runs: watch.and_then(|at| records.get(at)).map(|r| r.runs),
            }
        };
        let nodes: Vec<Node> = nodes.iter().map(node).collect();
        let edge = |&(from, to, flow, watch): &(usize, usize, Flow, Option<usize>)| {
            let (value, gradient) = record(watch);
            let Node { cluster, value: literal, .. } = nodes[from];
            let ran = watch.is_none() && recent(cluster, cluster.map_or(0, |c| entered[c].last));
            Edge { from, to, flow, value: value.or(literal.filter(|_| ran)), gradient }
        };
        let edges = edges.iter().map(edge).collect();
        let cluster =
            |(&(label, is_loop, parent), entered): (&(&str, bool, Option<usize>), &Entered)| Cluster {
                label: label.to_string(),
                is_loop,
                parent,
                runs: Some(entered.times),
                last: recent(parent, entered.last) && entered.times > 0,
            };
        let clusters = clusters.iter().zip(entered.iter()).map(cluster).collect();
        Graph { name: name.to_string(), nodes, edges, clusters, collapsed: false }
    }
}

/// The value itself, whose number is recorded, and whose derivative will be.
pub fn watch<T: Scalar>(recorder: &Recorder, at: usize, x: T) -> T {
    recorder.forward(at, x.__wide());
    x
}

/// Which run of a place it was.
#[derive(Debug)]
pub struct Watched<T>(usize, PhantomData<T>);

/// The handle of [`watch()`].
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug)]
pub struct watch {}

impl watch {
    /// The forward part.
    pub fn __fwd<I, T: Scalar>(item: I, recorder: &Recorder, at: usize, x: T) -> (T, Watched<T>)
    where
        I: Fn(&Recorder, usize, T) -> T,
    {
        crate::check_generic_item(&item, &watch::<T>, "watch");
        (x, Watched(recorder.forward(at, x.__wide()), PhantomData))
    }

    /// The reverse part.
    // As many as a handle's reverse part has for three arguments.
    #[allow(clippy::too_many_arguments)]
    pub fn __rev<'s, T: Scalar>(
        p: &Watched<T>,
        seed: T,
        recorder: &Recorder,
        at: usize,
        (): (),
        _: Off,
        _: Off,
        d: impl Slot<T> + 's,
    ) {
        recorder.backward(at, p.0, seed.__wide());
        if let Some(d) = d.open() {
            *d += seed;
        }
    }
}
