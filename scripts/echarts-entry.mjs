// What the pictures of the workspace draw with, and nothing else of Apache ECharts.
import * as core from "echarts/core";
import { BarChart, GraphChart, HeatmapChart, SankeyChart } from "echarts/charts";
import {
  AriaComponent, CalendarComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

core.use([
  BarChart, GraphChart, HeatmapChart, SankeyChart, AriaComponent, CalendarComponent, GridComponent,
  LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);
globalThis.echarts = { init: core.init };
