/** Figures that are drawn anew while something goes on. */
import { checkOptions } from '../options';
import { displaySymbol, type DisplayHandle, type MimeBundle } from '../notebook';
import { plotlyMime, type Figure } from './figure';

/** A figure that is still being drawn anew. */
export interface Following {
  /** Draws it for the last time, interactive. @throws what `draw` threw meanwhile */
  end(): Promise<void>;
}

/** A figure as a picture, where one can be made: JupyterLab does not redraw an interactive figure in place. */
export async function inMotion(figure: Figure): Promise<MimeBundle> {
  const bundle = await figure[displaySymbol]();
  if ('image/png' in bundle) delete bundle[plotlyMime];
  return bundle;
}

/**
 * Shows what `draw` gives, and draws it anew every so many ms until `end`. Drawing takes time on the thread of the notebook: what is measured
 * there meanwhile is measured with it.
 * @throws TypeError on an unknown option; what `draw` throws at first
 *
 * @example
 * const losses = [3];
 * const axes = { x: { title: 'step' }, y: { title: 'loss' } };
 * const draw = () => plot.line({ title: 'Loss', ...axes, series: [{ name: 'loss', y: losses }] });
 * const following = await plot.follow(draw, { every: 1 });
 * losses.push(2);
 * await following.end(); // draws once more
 * console.log(losses.length); // 2
 */
export async function follow(draw: () => Figure, options: { every?: number } = {}): Promise<Following> {
  checkOptions('plot.follow', options, ['every']);
  const handle: DisplayHandle = await draw().show();
  let drawing: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;
  const redraw = async () => {
    try {
      handle.update(await inMotion(draw()));
    } catch (error) {
      failure = { error };
    }
    drawing = undefined;
  };
  const clock = setInterval(() => (drawing ??= redraw()), options.every ?? 500);
  return {
    end: async () => {
      clearInterval(clock);
      await drawing;
      if (failure) throw failure.error;
      handle.update(await draw()[displaySymbol]());
    },
  };
}
