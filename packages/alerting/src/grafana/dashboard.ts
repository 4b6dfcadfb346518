import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { DashboardSpec, MarkSpec, PanelSpec } from "../dashboards/panel-spec.ts";
import { canonical, type Dashboard } from "../grafana-api/objects.ts";
import type { Identity } from "../model/identity.ts";

const COLUMNS = 24;
const SIZES = { graph: { w: 12, h: 8 }, number: { w: 4, h: 4 } } as const;
const ROW_ID_BASE = 100;

interface DataSource {
  readonly type: "prometheus";
  readonly uid: string;
}

/** A dashboard in the classic form, which files and all versions of the HTTP API take. */
export function grafanaDashboard(spec: DashboardSpec, identity: Identity, refreshSeconds: number): Dashboard {
  const dataSource: DataSource = { type: "prometheus", uid: identity.dataSourceUid };
  const builder = new DashboardBuilder(spec.title)
    .uid(identity.uid(spec.slug))
    .description(spec.description)
    .tags(["autoscaler", "generated"])
    .readonly()
    .refresh(`${refreshSeconds}s`)
    .time({ from: spec.from, to: "now" })
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .annotations(spec.marks.map((mark) => annotation(mark, dataSource)));

  let y = 0;
  spec.rows.forEach(({ title, panels }, at) => {
    builder.withRow(new RowBuilder(title).id(ROW_ID_BASE + at).gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
    y += 1;
    let x = 0;
    for (const panel of panels) {
      const { w, h } = SIZES[panel.kind];
      builder.withPanel(panelOf(panel, dataSource).gridPos({ x, y, w, h }));
      x += w;
      if (x < COLUMNS && panel !== panels.at(-1)) continue;
      x = 0;
      y += h;
    }
  });
  return canonical(builder.build()) as Dashboard;
}

function panelOf(panel: PanelSpec, dataSource: DataSource): StatBuilder | TimeseriesBuilder {
  return panel.kind === "number" ? numberPanel(panel, dataSource) : graphPanel(panel, dataSource);
}

function numberPanel(panel: PanelSpec, dataSource: DataSource): StatBuilder {
  const builder = shared(new StatBuilder(), panel, dataSource)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(false));
  for (const target of targetsOf(panel, dataSource)) builder.withTarget(target.instant());
  return builder;
}

function graphPanel(panel: PanelSpec, dataSource: DataSource): TimeseriesBuilder {
  const builder = shared(new TimeseriesBuilder(), panel, dataSource)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .lineWidth(2)
    .fillOpacity(panel.isStacked === true ? 40 : 8)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .lineInterpolation(panel.isStepped === true ? LineInterpolation.StepAfter : LineInterpolation.Linear);
  if (panel.lines !== undefined) {
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  if (panel.isStacked === true) {
    builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  }
  for (const target of targetsOf(panel, dataSource)) builder.withTarget(target.range());
  return builder;
}

function shared<Builder extends StatBuilder | TimeseriesBuilder>(
  builder: Builder,
  panel: PanelSpec,
  dataSource: DataSource,
): Builder {
  builder
    .id(panel.id)
    .title(panel.title)
    .description(panel.description)
    .unit(panel.unit)
    .noValue(panel.empty)
    .datasource(dataSource)
    .thresholds(thresholds(panel));
  if (panel.kind === "graph") builder.min(0);
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  return builder;
}

function thresholds({ lines = [] }: PanelSpec): ThresholdsConfigBuilder {
  const base = lines[0]?.color === "green" ? "blue" : "green";
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...lines.map(({ at, color }) => ({ value: at, color }))]);
}

function targetsOf({ targets }: PanelSpec, dataSource: DataSource): readonly DataqueryBuilder[] {
  return targets.map(({ expr, legend }, at) =>
    new DataqueryBuilder()
      .datasource(dataSource)
      .refId(String.fromCharCode("A".charCodeAt(0) + at))
      .expr(expr)
      .legendFormat(legend),
  );
}

function annotation({ name, expr, color }: MarkSpec, dataSource: DataSource): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(dataSource)
    .enable(true)
    .hide(false)
    .iconColor(color)
    .expr(expr)
    .step("15s")
    .titleFormat(name)
    .textFormat("")
    .tagKeys("");
}
