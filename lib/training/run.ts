// A training in progress: where it stands, the updates on their way, and what callbacks may see of it.
import type { AnySample, Batch } from '../data/types.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { assignArrays } from './assign_arrays.js';
import type { StepRecord, TrainingState } from './callback.js';
import { checkSame, checkSnapshot } from './check_progress.js';
import type { EarlyStopping } from './early_stopping.js';
import { NonFiniteLossError } from './errors.js';
import type { EpochRecord, Scores } from './history.js';
import { RunAhead } from './run_ahead.js';
import { arraysUnder, byName, type Progress, readArrays, type Snapshot } from './snapshot.js';
import { type Recipe, samplesOf, trainStep } from './step.js';
import { type BatchScores, Tally } from './tally.js';

/** An update that has been enqueued and whose loss has not arrived. */
interface InFlight extends Omit<StepRecord, 'loss'> {
  readonly arriving: Promise<readonly BatchScores[]>;
}

export interface RunPlan extends Recipe {
  readonly epochs: number;
  readonly seed: number;
  readonly batchesPerEpoch: number | undefined;
  readonly earlyStopping: EarlyStopping | undefined;
}

export class Run implements TrainingState {
  readonly #plan: RunPlan;
  readonly #random: Random;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #inFlight: InFlight[] = [];
  readonly #runAhead = new RunAhead();
  readonly #history: EpochRecord[] = [];
  #tally: Tally;
  #epoch = 0;
  #batch = 0;
  #step = 0;
  #earlierSeconds = 0; // spent in this epoch by the run that is resumed
  #epochBegan = performance.now();
  #learningRate = 0;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed).fork('fit');
    this.#parameters = byName('fit', plan.model.parameters);
    this.#tally = new Tally(plan.metrics);
    if (![...this.#parameters.values()].some(({ trainable }) => trainable))
      throw new ArgumentError('fit: the model has no trainable parameters');
  }

  get model() {
    return this.#plan.model;
  }

  get optimizer() {
    return this.#plan.optimizer;
  }

  get epochs() {
    return this.#plan.epochs;
  }

  get batchesPerEpoch() {
    return this.#plan.batchesPerEpoch;
  }

  get epoch() {
    return this.#epoch;
  }

  get batch() {
    return this.#batch;
  }

  get step() {
    return this.#step;
  }

  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  get scores(): Scores | undefined {
    return this.#tally.scores;
  }

  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  /** Updates on their way. */
  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** Whether an update has to settle before the next one is enqueued. */
  get farAhead(): boolean {
    return this.#inFlight.length > this.#runAhead.limit;
  }

  beginEpoch(): void {
    this.#epochBegan = performance.now();
  }

  /** Enqueues one update. Its randomness is a function of (seed, step): nothing of it needs to be remembered. */
  update(batches: readonly Batch<AnySample>[]): void {
    const learningRate = this.optimizer.learningRate;
    this.#random.state = { ...this.#random.state, stream: this.#step, position: 0 };
    const arriving = this.#runAhead.observe(() => trainStep(this.#plan, batches, this.#random));
    this.#step += 1;
    this.#batch += batches.length;
    this.#learningRate = learningRate;
    const samples = batches.reduce((sum, batch) => sum + samplesOf(batch), 0);
    this.#inFlight.push({ step: this.#step, epoch: this.#epoch, learningRate, samples, arriving });
  }

  /** Waits for the oldest update on its way. @throws NonFiniteLossError (rejects with) */
  async settle(): Promise<StepRecord> {
    const { arriving, ...update } = this.#inFlight[0] as InFlight;
    const batches = await arriving;
    this.#inFlight.shift();
    return this.#take(this.#tally, update, batches);
  }

  /** Closes the epoch once all its updates have settled. */
  endEpoch(validation: Scores | undefined, seconds: number): EpochRecord {
    const train = this.#tally.scores;
    if (train === undefined) throw new ArgumentError(`fit: epoch ${this.#epoch} of the dataset has no batches`);
    const [epoch, step, learningRate] = [this.#epoch, this.#step, this.#learningRate];
    const imagesPerSecond = this.#tally.samples / seconds;
    const record: EpochRecord = { epoch, step, train, validation, learningRate, seconds, imagesPerSecond };
    this.#history.push(record);
    this.#plan.earlyStopping?.observe(record, this.#parameters);
    this.#tally = new Tally(this.#plan.metrics);
    this.#epoch += 1;
    this.#batch = 0;
    this.#earlierSeconds = 0;
    return record;
  }

  /** Seconds spent in this epoch. */
  get seconds(): number {
    return this.#earlierSeconds + (performance.now() - this.#epochBegan) / 1000;
  }

  async snapshot(): Promise<Snapshot> {
    const { model, optimizer, earlyStopping } = this.#plan;
    const parameters = [...this.#parameters.values()];
    const arrays = Promise.all([
      readArrays('model.', this.#parameters),
      readArrays('optimizer.', optimizer.state(parameters)),
      readArrays('best.', earlyStopping?.kept ?? new Map()),
    ]);
    const progress: Omit<Progress, 'tally'> = {
      version: 1,
      step: this.#step,
      epoch: this.#epoch,
      batch: this.#batch,
      batchesPerEpoch: this.batchesPerEpoch ?? null,
      seconds: this.seconds,
      learningRate: this.#learningRate,
      seed: this.#plan.seed,
      random: model.random?.state ?? null,
      metrics: this.#plan.metrics.map(({ name }) => name),
      history: [...this.#history],
      optimizer: { kind: optimizer.kind, ...optimizer.counters(parameters) },
      earlyStopping: earlyStopping?.state ?? null,
    };
    const tally = new Tally(this.#plan.metrics, this.#tally.state);
    for (const { arriving, ...update } of [...this.#inFlight]) this.#take(tally, update, await arriving);
    return { progress: { ...progress, tally: tally.state }, arrays: new Map((await arrays).flat()) };
  }

  /** Continues from a snapshot. @throws ArgumentError or ArraysMismatchError where it belongs to another training */
  restore(snapshot: Snapshot): void {
    checkSnapshot(snapshot);
    const { progress, arrays } = snapshot;
    const { model, optimizer, earlyStopping, seed, metrics, batchesPerEpoch } = this.#plan;
    checkSame('optimizer', optimizer.kind, progress.optimizer.kind);
    checkSame('seed', seed, progress.seed);
    checkSame('metrics', metrics.map(({ name }) => name).join(', '), progress.metrics.join(', '));
    checkSame('batches per epoch', batchesPerEpoch ?? null, progress.batchesPerEpoch);
    checkSame('early stopping', earlyStopping !== undefined, progress.earlyStopping !== null);
    const parameters = [...this.#parameters.values()];
    assignArrays('fit: resume, model', this.#parameters, arraysUnder('model.', arrays));
    assignArrays('fit: resume, optimizer', optimizer.state(parameters), arraysUnder('optimizer.', arrays));
    optimizer.restore(parameters, progress.optimizer);
    if (progress.earlyStopping)
      earlyStopping?.resume(progress.earlyStopping, arraysUnder('best.', arrays), this.#parameters);
    if (progress.random && model.random) model.random.state = progress.random;
    this.#history.splice(0, Number.POSITIVE_INFINITY, ...progress.history);
    this.#tally = new Tally(metrics, progress.tally);
    this.#epoch = progress.epoch;
    this.#batch = progress.batch;
    this.#step = progress.step;
    this.#earlierSeconds = progress.seconds;
    this.#learningRate = progress.learningRate;
  }

  /** Adds what an update measured to `tally`. */
  #take(tally: Tally, update: Omit<StepRecord, 'loss'>, batches: readonly BatchScores[]): StepRecord {
    const loss = batches.reduce((sum, batch) => sum + batch.loss * (batch.samples / update.samples), 0);
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(loss, update.step, update.epoch, [...this.#history]);
    for (const batch of batches) tally.add(batch);
    return { ...update, loss };
  }
}
