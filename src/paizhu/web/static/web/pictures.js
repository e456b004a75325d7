// Draws a picture from the figures that stand in the page as data. The table below says the same
// without this script. Colours are those of Okabe and Ito, with patterns, so that nobody needs them.
"use strict";
{
  const HUES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8a8a8a"];
  // What is pressing has one colour wherever it stands.
  const MEANING = { late: "#d55e00", missed: "#cc79a7", soon: "#e69f00", rest: "#56b4e9", open: "#56b4e9", closed: "#009e73" };
  const NARROW = 640;
  // Between the margins of A4 and the edges of a panel.
  const PAPER = 620;
  // More ties would be a ball of wool; the table has all of them.
  const MOST_DRAWN = 60;
  const SCALE = { light: ["#eef4fa", "#9cc5e3", "#0072b2", "#003a5c"], dark: ["#1b2733", "#1f4f73", "#3d8fc4", "#cfe8fa"] };

  /** Say a number of what is counted; English has a form for one. */
  const counted = (data, number) => `${number} ${number === 1 ? data.one : data.counts}`;

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** Give the colours the page has just now; paper is always light. */
  function look(paper) {
    const scheme = getComputedStyle(document.documentElement).colorScheme;
    const dark = !paper && scheme.includes("dark") && !scheme.includes("light");
    return {
      dark,
      ink: paper ? "#17212c" : token("--ink"),
      soft: paper ? "#4f5c6a" : token("--ink-soft"),
      line: paper ? "#c9d0d8" : token("--line"),
      ground: paper ? "#ffffff" : token("--surface"),
      scale: dark ? SCALE.dark : SCALE.light,
      font: token("--sans") || "sans-serif",
    };
  }

  const pen = document.createElement("canvas").getContext("2d");
  /** How wide words stand in a label. */
  function wide(words, size = 12) {
    pen.font = `${size}px ${token("--sans") || "sans-serif"}`;
    return pen.measureText(words).width;
  }
  /** How many lines the longest of some names takes in a column; a word is not broken, so it counts generously. */
  const deepest = (names, column) => Math.max(1, ...names.map((words) => Math.ceil((wide(words) * (words.includes(" ") ? 1.2 : 1)) / column)));
  /** How many lines a legend takes. */
  function legendDepth(titles, width) {
    let lines = 1;
    let used = 0;
    for (const title of titles) {
      const taken = 37 + wide(title);
      if (used && used + taken > width) [lines, used] = [lines + 1, 0];
      used += taken;
    }
    return lines;
  }
  const inChinese = () => document.documentElement.lang !== "en";
  const cut = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
  // A single matter is no peak: where there are few of everything nothing is darkest.
  const most = (data) => Math.max(5, ...data.cells.map((cell) => cell[2]));
  /** Ink that can be read on a step of the scale. */
  const onScale = (number, top, seen) => (number / top > 0.45) !== seen.dark ? "#ffffff" : "#10202e";

  function spoken(data) {
    const { title } = data;
    return inChinese() ? `图：${title}。下面的表中有同样的数。` : `Picture: ${title}. The table below holds the same figures.`;
  }

  function shared(data, seen) {
    return {
      animation: false,
      textStyle: { fontFamily: seen.font, color: seen.ink },
      // Said in one sentence: read aloud, the figures of a drawing are noise, and the table holds them.
      aria: { enabled: true, label: { description: spoken(data) }, decal: { show: true } },
      tooltip: { renderMode: "richText", confine: true, backgroundColor: seen.ground, borderColor: seen.line, textStyle: { color: seen.ink } },
    };
  }

  function scale(data, seen, top) {
    return { show: false, min: 0, max: top, inRange: { color: seen.scale } };
  }

  // --- the kinds --------------------------------------------------------------------------------------

  function calendar(data, seen, width) {
    const narrow = width < NARROW;
    const top = most(data);
    const day = (row, column) => {
      const at = new Date(`${data.rows[row][0]}T00:00:00Z`);
      at.setUTCDate(at.getUTCDate() + column);
      return at.toISOString().slice(0, 10);
    };
    const last = data.rows.length - 1;
    const zh = inChinese();
    const cells = data.cells.map(([row, column, number, url]) => ({
      value: [day(row, column), number], url,
      label: { color: onScale(number, top, seen) },
    }));
    return {
      height: narrow ? 60 + data.rows.length * 34 : 300,
      option: {
        ...shared(data, seen), aria: { enabled: true, label: { description: spoken(data) } },
        visualMap: scale(data, seen, top),
        calendar: {
          orient: narrow ? "vertical" : "horizontal",
          range: [day(0, 0), day(last, 6)], top: 40, left: narrow ? 50 : 56, right: 16, bottom: 12,
          cellSize: ["auto", "auto"],
          itemStyle: { color: seen.ground, borderColor: seen.line, borderWidth: 1 },
          splitLine: { lineStyle: { color: seen.soft, width: 1.5 } },
          dayLabel: { firstDay: 1, nameMap: zh ? "ZH" : "EN", color: seen.soft },
          monthLabel: { nameMap: zh ? "ZH" : "EN", color: seen.soft },
          yearLabel: { show: false },
        },
        series: {
          type: "heatmap", coordinateSystem: "calendar", data: cells,
          label: { show: true, formatter: (one) => one.value[1] },
          tooltip: { formatter: (one) => `${one.value[0]}\n${counted(data, one.value[1])}` },
        },
      },
    };
  }

  function heat(data, seen, width) {
    const peak = most(data);
    const names = Math.min(250, width * 0.38);
    const shown = data.rows.map((row) => row[1]);
    const heads = data.columns.map((column) => column[1]);
    const column = (width - names - 20) / heads.length - 8;
    // Heads lie as long as they have room, and stand where columns are narrow.
    const lying = deepest(heads, column) <= 2;
    const top = lying ? 16 + 15 * deepest(heads, column) : 16 + Math.min(150, Math.max(...heads.map((words) => wide(words))));
    const row = Math.max(26, 8 + 14 * deepest(shown, names));
    return {
      height: top + 12 + data.rows.length * row,
      option: {
        ...shared(data, seen), aria: { enabled: true, label: { description: spoken(data) } },
        visualMap: scale(data, seen, peak),
        grid: { left: names + 8, right: 12, top, bottom: 8 },
        xAxis: {
          type: "category", position: "top", data: heads,
          axisLabel: { color: seen.soft, interval: 0, lineHeight: 15, ...(lying ? { width: column, overflow: "break" } : { rotate: 90, width: 150, overflow: "truncate" }) },
          axisLine: { lineStyle: { color: seen.line } }, axisTick: { show: false },
        },
        yAxis: {
          type: "category", inverse: true, data: shown,
          axisLabel: { color: seen.soft, width: names, overflow: "break", lineHeight: 14, interval: 0 },
          axisLine: { lineStyle: { color: seen.line } }, axisTick: { show: false }, splitArea: { show: false },
        },
        series: {
          type: "heatmap", itemStyle: { borderColor: seen.ground, borderWidth: 1 },
          data: data.cells.map(([at, under, number, url]) => ({
            value: [under, at, number], url, label: { color: onScale(number, peak, seen) },
          })),
          label: { show: true },
          tooltip: { formatter: (one) => `${shown[one.value[1]]}\n${heads[one.value[0]]}: ${counted(data, one.value[2])}` },
        },
      },
    };
  }

  function bars(data, seen, width) {
    const names = Math.min(290, width * 0.34, 8 + Math.max(40, ...data.rows.map((one) => wide(one[1]))));
    const legendLines = legendDepth(data.columns.map((column) => column[1]), width);
    const row = Math.max(36, 12 + 15 * deepest(data.rows.map((one) => one[1]), names));
    const series = data.columns.map(([key, title], column) => {
      // The edge of a bar of nothing would rub out the line it stands on.
      const cells = data.rows.map(() => ({ value: 0, itemStyle: { borderWidth: 0 } }));
      for (const [row, at, number, url] of data.cells) if (at === column) cells[row] = { value: number, url };
      return {
        type: "bar", name: title, data: cells, stack: data.stacked ? "all" : undefined, barMaxWidth: 26,
        itemStyle: { color: MEANING[key] ?? HUES[column % HUES.length], borderColor: seen.ground, borderWidth: 1 },
        tooltip: { formatter: (one) => `${one.name}\n${one.seriesName}: ${counted(data, one.value)}` },
      };
    });
    return {
      height: 60 + legendLines * 24 + data.rows.length * row,
      option: {
        ...shared(data, seen),
        legend: { top: 0, left: 0, textStyle: { color: seen.ink }, itemWidth: 22, itemHeight: 14 },
        grid: { left: names + 8, right: 24, top: 16 + legendLines * 24, bottom: 28 },
        xAxis: { type: "value", minInterval: 1, axisLabel: { color: seen.soft }, splitLine: { lineStyle: { color: seen.line } } },
        yAxis: {
          type: "category", inverse: true, data: data.rows.map((row) => row[1]),
          axisLabel: { color: seen.ink, width: names, overflow: "break", lineHeight: 15, interval: 0 },
          axisLine: { lineStyle: { color: seen.line } }, axisTick: { show: false },
        },
        series,
      },
    };
  }

  /** From source to kind of work to outcome; a row is named by the first two. */
  function flow(data, seen, width) {
    const names = new Map();
    const links = new Map();
    const node = (depth, key, title, color) => {
      const name = `${depth}.${key}`;
      if (!names.has(name)) names.set(name, { name, depth, said: title, itemStyle: { color } });
      return name;
    };
    const link = (source, target, value) => {
      const key = `${source}>${target}`;
      const kept = links.get(key) ?? { source, target, value: 0 };
      kept.value += value;
      links.set(key, kept);
    };
    for (const [row, column, number] of data.cells) {
      const [key, title] = data.rows[row];
      const [from, kind] = key.split(".");
      const [fromSaid, kindSaid] = title.split(" → ");
      const [outcome, outcomeSaid] = data.columns[column];
      const first = node(0, from, fromSaid, HUES[0]);
      const middle = node(1, kind, kindSaid, HUES[7]);
      link(first, middle, number);
      link(middle, node(2, outcome, outcomeSaid, MEANING[outcome] ?? HUES[column]), number);
    }
    const nodes = [...names.values()];
    const narrow = width < NARROW;
    const said = (name) => names.get(name)?.said ?? name;
    const middle = nodes.filter((one) => one.depth === 1).length;
    // On a phone a label keeps to the gap before the next column, in several lines.
    const right = narrow ? 84 : 200;
    const label = narrow
      ? { width: (width - right - 50) / 2 - 10, overflow: "break", fontSize: 11, lineHeight: 13, textBorderColor: seen.ground, textBorderWidth: 2 }
      : { textBorderWidth: 0 };
    return {
      height: Math.max(narrow ? 440 : 360, middle * (narrow ? 66 : 46)),
      option: {
        ...shared(data, seen), aria: { enabled: true, label: { description: spoken(data) } },
        series: {
          type: "sankey", data: nodes, links: [...links.values()], left: 8, right, top: 16, bottom: 16,
          nodeGap: narrow ? 30 : 14, nodeWidth: 14, draggable: false, layoutIterations: 32,
          lineStyle: { color: "source", opacity: seen.dark ? 0.45 : 0.3 },
          label: { color: seen.ink, ...label, formatter: (one) => `${cut(said(one.name), 26)} ${one.value}` },
          tooltip: {
            formatter: (one) => one.dataType === "edge"
              ? `${said(one.data.source)} → ${said(one.data.target)}\n${counted(data, one.value)}`
              : `${said(one.name)}: ${counted(data, one.value)}`,
          },
        },
      },
    };
  }

  function net(data, seen, width) {
    const top = most(data);
    const narrow = width < NARROW;
    const zh = inChinese();
    const sorts = [
      { name: zh ? "单位" : "units", symbol: "roundRect", itemStyle: { color: HUES[0] } },
      { name: zh ? "供应商" : "suppliers", symbol: "circle", itemStyle: { color: HUES[1] } },
    ];
    const nodes = [
      ...data.columns.map(([key, title]) => ({ id: `u${key}`, name: title, symbol: "roundRect", symbolSize: narrow ? 10 : 20, category: 0 })),
      ...data.rows.map(([key, title]) => ({ id: `s${key}`, name: title, symbol: "circle", symbolSize: narrow ? 7 : 11, category: 1 })),
    ];
    const strongest = [...data.cells].sort((one, other) => other[2] - one[2]).slice(0, MOST_DRAWN);
    const links = strongest.map(([row, column, number, url]) => ({
      source: `s${data.rows[row][0]}`, target: `u${data.columns[column][0]}`, value: number, url,
      lineStyle: { width: (0.6 + (3.4 * number) / top) * (narrow ? 0.5 : 1) },
    }));
    // All around there is room for the longest name; a phone has none, and tells a name when touched.
    const room = narrow ? 16 : 28 + Math.max(...nodes.map((one) => wide(cut(one.name, 16))));
    return {
      height: narrow ? width + 30 : 340 + 2 * room,
      option: {
        ...shared(data, seen), aria: { enabled: true, label: { description: spoken(data) } },
        legend: { top: 0, left: 0, data: sorts.map((one) => one.name), selectedMode: false, textStyle: { color: seen.ink }, itemWidth: 14, itemHeight: 14 },
        series: {
          type: "graph", layout: "circular", circular: { rotateLabel: !narrow }, roam: false, data: nodes, links, categories: sorts,
          left: room, right: room, top: room + (narrow ? 30 : 0), bottom: room,
          label: { show: !narrow, color: seen.ink, position: "right", formatter: (one) => cut(one.name, 16) },
          lineStyle: { color: seen.soft, opacity: 0.45, curveness: 0.25 },
          emphasis: { focus: "adjacency", label: { show: true }, lineStyle: { opacity: 0.9 } },
          tooltip: {
            formatter: (one) => one.dataType === "edge"
              ? counted(data, one.value) : one.name,
          },
        },
      },
    };
  }

  /** Prices of one tender, the lowest first, each as far above it as it stands. */
  function prices(data, seen, width) {
    const names = Math.min(190, width * 0.34);
    return {
      height: 56 + data.rows.length * 30,
      option: {
        ...shared(data, seen),
        grid: { left: names + 8, right: 56, top: 8, bottom: 40 },
        xAxis: {
          type: "value", min: 0, name: data.counts, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: seen.soft },
          axisLabel: { color: seen.soft }, splitLine: { lineStyle: { color: seen.line } },
        },
        yAxis: {
          type: "category", inverse: true, data: data.rows.map((row) => row[0]),
          axisLabel: { color: seen.ink, width: names, overflow: "truncate", interval: 0 },
          axisLine: { lineStyle: { color: seen.line } }, axisTick: { show: false },
        },
        series: {
          type: "bar", barMaxWidth: 16, itemStyle: { color: HUES[0] },
          data: data.rows.map((row) => row[1]),
          label: { show: true, position: "right", color: seen.ink, formatter: (one) => one.value.toFixed(2) },
          tooltip: { formatter: (one) => `${one.name}\n${data.rows[one.dataIndex][2]}` },
        },
      },
    };
  }

  const KINDS = { calendar, heat, bars, flow, net, prices };

  // --- in the page --------------------------------------------------------------------------------------

  function prepare(figure) {
    const data = JSON.parse(document.getElementById(figure.dataset.picture).textContent);
    const canvas = figure.querySelector(".picture-canvas");
    let drawn = null;
    figure.hidden = false;

    function draw(paper) {
      const width = paper ? PAPER : canvas.parentElement.clientWidth - 32;
      const { height, option } = KINDS[data.kind](data, look(paper), width);
      canvas.style.height = `${height}px`;
      canvas.style.width = paper ? `${width}px` : "";
      drawn?.dispose();
      canvas.replaceChildren();
      drawn = echarts.init(canvas, null, { renderer: "canvas" });
      drawn.setOption(option);
      if (paper) return flatten(width);
      drawn.on("click", (part) => {
        if (part.data?.url) location.assign(part.data.url);
      });
      figure.dataset.drawn = data.kind;
    }

    /** Put the layers of a drawing into one: of several, a printer gets the uppermost alone. */
    function flatten(width) {
      const flat = drawn.renderToCanvas({ pixelRatio: 2, backgroundColor: "#ffffff" });
      drawn.dispose();
      drawn = null;
      Object.assign(flat.style, { position: "static", display: "block", width: `${width}px` });
      canvas.replaceChildren(flat);
    }

    draw(false);
    let timer = 0;
    let before = canvas.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(canvas.parentElement.clientWidth - 32 - before) < 4) return;
      before = canvas.parentElement.clientWidth - 32;
      clearTimeout(timer);
      timer = setTimeout(() => draw(false), 120);
    }).observe(figure);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(false));
    addEventListener("beforeprint", () => draw(true));
    addEventListener("afterprint", () => draw(false));
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-picture]").forEach(prepare);
  });
}
