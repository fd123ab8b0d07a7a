using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>What one home of a course may take.</summary>
/// <param name="Bytes">Of the volume.</param>
/// <param name="Files">How many files and folders: those that take nothing can fill a file system too.</param>
internal sealed record HomeQuota(long Bytes, long Files)
{
    /// <summary>Where the teacher says nothing, a home may take one part of so many, so that nobody fills the volume alone.</summary>
    private const int Share = 4;

    /// <summary>As ext4 gives an inode for each 16 KiB; and what several Python environments hold is always allowed.</summary>
    private const long BytesPerFile = 16 * 1024;
    private const long FilesAtLeast = 100_000;
    private const long FilesAtMost = 2_000_000;

    /// <summary>How much a home that is over its quota may grow while its student removes files: JupyterLab itself writes, and saving is no sin.</summary>
    public long Growth => Math.Max(64L << 20, Bytes / 100);

    /// <summary>The same in files.</summary>
    public long FileGrowth => Math.Max(1000, Files / 100);

    /// <summary>
    /// What a home may take before the file system itself stops it, where that has project quotas: so much more than its quota that the seat is stopped first,
    /// with a sentence, and that its student can save while removing files.
    /// </summary>
    public long WallBytes => Bytes + 2 * Growth;

    /// <summary>The same in files.</summary>
    public long WallFiles => Files + 2 * FileGrowth;

    /// <summary>The quota of a spec that obeys the rules.</summary>
    public static HomeQuota Of(ClassroomEnvironmentSpec spec)
    {
        var bytes = AsLong(spec.Storage?.HomeQuota?.Value ?? (SizeOf(spec) / Share));
        return new(bytes, Math.Clamp(bytes / BytesPerFile, FilesAtLeast, FilesAtMost));
    }

    /// <summary>The size of the whole volume.</summary>
    public static decimal SizeOf(ClassroomEnvironmentSpec spec) => (spec.Storage?.Size ?? HomesVolume.DefaultSize).Value;

    /// <inheritdoc cref="SizeOf"/>
    public static long BytesOfVolume(Course course) => AsLong(SizeOf(course.Environment.Spec));

    /// <summary>The value of <see cref="Resources.Naming.Labels.HomeQuota"/>.</summary>
    public string ForNotebook { get; } = $"{Bytes}/{Files}";

    /// <summary>Whether a home is over it.</summary>
    public bool IsExceededBy(SeatHome home) => home.Bytes > Bytes || home.Files > Files;

    /// <summary>Whether a home is so near it, or over it, that its student should know.</summary>
    public bool IsNearlyTakenBy(SeatHome home) => home.Bytes >= Warned(Bytes) || home.Files >= Warned(Files);

    /// <summary>Whether a home has clearly grown since its seat was last stopped for its size.</summary>
    public bool HasGrown(SeatHome home) => home.Bytes > home.StoppedAtBytes + Growth || home.Files > home.StoppedAtFiles + FileGrowth;

    /// <summary>Whether a home holds too many files, rather than too large ones.</summary>
    public bool IsAboutFiles(SeatHome home) => home.Files / (double)Files > home.Bytes / (double)Bytes;

    // A home that came to 80 % is told of until it is clearly below: the watch leaves a margin, and what it says counts.
    private static long Warned(long all) => (long)(all * 0.78m);

    private static long AsLong(decimal value) => (long)Math.Clamp(value, 1, long.MaxValue / 4);
}
