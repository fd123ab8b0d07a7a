namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// Tests in which the cluster, or a part of it, stops: one after the other, on a cluster of their own ('mesonet test' runs them in a process of their own, by the trait). The others run beside
/// each other on one: a lesson mostly waits for its bell.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("cluster", "crashes")]
public sealed class CrashCollection
{
    public const string Name = "crashes";
}
