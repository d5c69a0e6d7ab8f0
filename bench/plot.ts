// One plot as SVG text, drawn by echarts without a browser.
import { init } from "echarts";

export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly kind: "bar" | "line";
  /** A line across: the bound. */
  readonly bound?: { readonly name: string; readonly value: number };
  /** Of values that lie far apart. */
  readonly logarithmic?: boolean;
}

const size = { width: 860, height: 420 };

export function svgOf(plot: Plot): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: plot.title, left: 16, top: 10, textStyle: { fontSize: 16 } },
    legend: { bottom: 6, itemGap: 48, show: plot.series.length > 1 },
    grid: { left: 80, right: 30, top: 70, bottom: 90 },
    xAxis: { type: "category", data: [...plot.categories], axisLabel: { interval: "auto", hideOverlap: true } },
    yAxis: { type: plot.logarithmic === true ? "log" : "value", name: plot.unit, nameGap: 14 },
    series: plot.series.map(({ name, values }, index) => ({
      ...{ name, type: plot.kind, data: [...values], showSymbol: plot.categories.length < 40 },
      label: {
        show: plot.kind === "bar",
        position: "top",
        formatter: ({ value }: { value: unknown }) => labelOf(value),
      },
      ...(index === 0 && plot.bound !== undefined ? { markLine: markOf(plot.bound) } : {}),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

const labelOf = (value: unknown): string => (typeof value === "number" ? String(Number(value.toPrecision(3))) : "");

function markOf({ name, value }: NonNullable<Plot["bound"]>) {
  const label = { formatter: name, position: "insideEndTop" };
  return { silent: true, symbol: "none", data: [{ yAxis: value, label }], lineStyle: { color: "#c0392b" } };
}
