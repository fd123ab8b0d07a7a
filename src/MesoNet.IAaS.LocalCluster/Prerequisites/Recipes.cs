using System.Security.Cryptography;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Prerequisites;

/// <summary>A script that makes one file, and what that file depends on.</summary>
/// <param name="Name">For people.</param>
/// <param name="Script">The script.</param>
/// <param name="Output">The file it makes.</param>
/// <param name="Arguments">The script's arguments, from the output's path and a work folder that is thrown away afterwards.</param>
/// <param name="Fingerprint">What the output was made from; another fingerprint makes it anew.</param>
public sealed record Recipe(string Name, string Script, string Output, Func<string, string, IReadOnlyList<string>> Arguments, string Fingerprint)
{
    /// <summary>A hash of the files that a recipe is made of.</summary>
    public static string FingerprintOf(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}

/// <summary>Runs recipes once: what they made stays in the cache, and two processes never make the same thing at the same time.</summary>
/// <param name="cacheFolder">Where outputs, logs and work folders go.</param>
/// <param name="recipeFolder">Where this project's own scripts are.</param>
/// <param name="progress">Told what is running now.</param>
/// <param name="time">The clock.</param>
public sealed class Recipes(string cacheFolder, string recipeFolder, IProgress<string> progress, TimeProvider time)
{
    private const string StepPrefix = "step: ";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Where what was made is kept.</summary>
    public string CacheFolder { get; } = cacheFolder;

    /// <summary>Where this project's own scripts are.</summary>
    public string RecipeFolder { get; } = recipeFolder;

    /// <summary>Makes the output where it is missing or of another fingerprint; returns whether it had to.</summary>
    /// <exception cref="CommandFailedException">The script failed; the message holds the end of its log.</exception>
    public async Task<bool> MakeAsync(Recipe recipe, CancellationToken cancellationToken)
    {
        if (IsCurrent(recipe)) return false;
        Directory.CreateDirectory(CacheFolder);
        await using var turn = await FileTurn.TakeAsync(
            Path.Combine(CacheFolder, $"{recipe.Name}.lock"), BetweenTries, time, () => progress.Report("waiting for another process that makes the same"), cancellationToken);
        if (IsCurrent(recipe)) return false;

        var work = Path.Combine(CacheFolder, "work", recipe.Name);
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        Directory.CreateDirectory(work);
        Directory.CreateDirectory(Path.GetDirectoryName(recipe.Output)!);
        var log = Path.Combine(CacheFolder, $"{recipe.Name}.log");
        await using (var writer = new StreamWriter(log))
        {
            var result = await Command.TryRunAsync("bash", [recipe.Script, .. recipe.Arguments(recipe.Output, work)], cancellationToken, onLine: line =>
            {
                lock (writer) writer.WriteLine(line);
                progress.Report(line.StartsWith(StepPrefix, StringComparison.Ordinal) ? line[StepPrefix.Length..] : line.Trim());
            });
            await writer.FlushAsync(cancellationToken);
            if (result.ExitCode != 0) throw new CommandFailedException($"{recipe.Name} failed. The end of {log}:\n{LogFile.Tail(log, 20)}");
        }

        Directory.Delete(work, recursive: true);
        await File.WriteAllTextAsync(FingerprintPath(recipe), recipe.Fingerprint, cancellationToken);
        return true;
    }

    private static string FingerprintPath(Recipe recipe) => recipe.Output + ".made-from";

    private static bool IsCurrent(Recipe recipe) =>
        File.Exists(recipe.Output) && File.Exists(FingerprintPath(recipe)) && File.ReadAllText(FingerprintPath(recipe)) == recipe.Fingerprint;
}
