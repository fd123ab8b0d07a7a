using BenchmarkDotNet.Running;
using MesoNet.IAaS.Benchmarks;

BenchmarkRunner.Run<PlanningBenchmark>(args: args);
