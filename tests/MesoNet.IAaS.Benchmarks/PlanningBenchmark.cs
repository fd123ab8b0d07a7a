using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.UnitTests.Planning;
using BenchmarkJob = BenchmarkDotNet.Jobs.Job;

namespace MesoNet.IAaS.Benchmarks;

/// <summary>What one pass of planning costs, by the size of the course. <c>mesonet bench planning</c> runs it.</summary>
[Config(typeof(Setup))]
[MemoryDiagnoser]
public class PlanningBenchmark
{
    private ObservedEnvironment atRest = null!;
    private ObservedEnvironment atTheBell = null!;

    [Params(100, 1_000, 10_000)]
    public int Seats { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var world = TestCourse.World([.. Enumerable.Range(1, Seats).Select(i => $"student{i:00000}")]);
        world.Settle(TestCourse.Start);
        atRest = world.Observe();
        atTheBell = atRest with { Pods = [.. atRest.Pods.Where(pod => pod.Status?.Phase == "Succeeded")] };
        if (!world.IsNothing(AtRest())) throw new InvalidOperationException("The course is not at rest.");
        if (AtTheBell().Create.Count != Seats) throw new InvalidOperationException("Not every seat wants a pod.");
    }

    /// <summary>Every seat is Ready and nothing is to be done.</summary>
    [Benchmark]
    public EnvironmentPlan AtRest() => ClassroomEnvironmentPlanner.Plan(atRest, TestCourse.Start);

    /// <summary>Every seat wants a pod.</summary>
    [Benchmark]
    public EnvironmentPlan AtTheBell() => ClassroomEnvironmentPlanner.Plan(atTheBell, TestCourse.Start);

    private sealed class Setup : ManualConfig
    {
        public Setup()
        {
            // In this process: the benchmark's own builds of the project know nothing of how this one is built.
            AddJob(BenchmarkJob.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            AddColumnProvider(DefaultColumnProviders.Instance);
            WithOptions(ConfigOptions.JoinSummary);
        }
    }
}
