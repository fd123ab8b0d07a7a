namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// Tests in which the cluster, or a part of it, stops: they run alone, after all others. The others run beside each other: a lesson mostly waits for
/// its bell.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashCollection
{
    public const string Name = "crashes";
}
