process.env.BENCH_MODEL_URL = "http://127.0.0.1:1";
process.env.OPENAI_API_KEY = "sk";
const { subject } = await import(`./subjects/${process.argv[2] ?? "tesserae"}.ts`);
const n = Number(process.argv[3] ?? 30000);
await subject["team turn"](3000);
const list: number[] = [];
for (let i = 0; i < 7; i++) {
  const c = process.cpuUsage();
  await subject["team turn"](n);
  const d = process.cpuUsage(c);
  list.push((d.user + d.system) / n);
}
console.log(list.map((x) => x.toFixed(2)).join(" "));
