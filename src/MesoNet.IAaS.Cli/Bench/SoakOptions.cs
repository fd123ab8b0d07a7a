namespace MesoNet.IAaS.Cli.Bench;

/// <summary>How to soak.</summary>
/// <param name="Duration">For how long faults strike and courses change.</param>
/// <param name="Seed">Chooses everything that is random. What the operator meets depends on timing too, so the same seed is only nearly the same run.</param>
internal sealed record SoakOptions(TimeSpan Duration, int Seed)
{
    /// <summary>Tells sites on one machine apart.</summary>
    public string Site { get; init; } = "soak";

    /// <summary>How long the operator may take, once everything is quiet, until the world is as it should be.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the operator is watched after that: it must have nothing left to do.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The operator is killed now and then until this; the life after it is long enough to tell whether its memory is flat.</summary>
    public TimeSpan KillsUntil => Duration / 2;
}
