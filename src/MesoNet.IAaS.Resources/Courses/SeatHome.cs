namespace MesoNet.IAaS.Resources.Courses;

/// <summary>A home that is near its quota or over it. What it takes is as it was when it came to 80 or 90 % of the quota, over it, or clearly beyond that.</summary>
public sealed record SeatHome
{
    /// <summary>What its files take of the volume, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many files and folders it holds.</summary>
    public required long Files { get; init; }

    /// <summary>What it took when its seat was last stopped for it. The seat stays stopped until it is wanted anew; the note goes once the home is within its quota.</summary>
    public long? StoppedAtBytes { get; init; }

    /// <summary>How many files and folders it held then.</summary>
    public long? StoppedAtFiles { get; init; }
}
