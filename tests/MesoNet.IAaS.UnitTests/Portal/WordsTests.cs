using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Resources and moments, as people read them.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("2", "24581252Ki", "2\u00a0cœurs, 23,4\u00a0Gio de mémoire", "2\u00a0cores, 23.4\u00a0GiB of memory")]
    [InlineData("1", "1Gi", "1\u00a0cœur, 1\u00a0Gio de mémoire", "1\u00a0core, 1\u00a0GiB of memory")]
    [InlineData("1500m", "512Mi", "1,5\u00a0cœur, 0,5\u00a0Gio de mémoire", "1.5\u00a0cores, 0.5\u00a0GiB of memory")]
    [InlineData("10m", "16Mi", "0,01\u00a0cœur, 0,02\u00a0Gio de mémoire", "0.01\u00a0cores, 0.02\u00a0GiB of memory")]
    public void A_machine_is_told_in_the_readers_language(string cpu, string memory, string french, string english)
    {
        var resources = new Dictionary<string, Quantity> { ["cpu"] = cpu, ["memory"] = memory, ["pods"] = "110" };
        Assert.Equal(french, ResourceWords.Of(resources, Language.French));
        Assert.Equal(english, ResourceWords.Of(resources, Language.English));
    }

    [Fact]
    public void Devices_come_first() =>
        Assert.Equal("4\u00a0nvidia.com/gpu, 8\u00a0cœurs", ResourceWords.Of(new Dictionary<string, Quantity> { ["cpu"] = "8", ["nvidia.com/gpu"] = "4" }, Language.French));

    [Fact]
    public void A_moment_of_another_year_has_its_year()
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Paris"];
        // Half an hour before the new year in Paris.
        var now = Instant.FromUtc(2026, 12, 31, 22, 30);
        Assert.Equal("jeudi 31 décembre à 23:45", WaitingSentences.Moment(now + Duration.FromMinutes(15), zone, now, Language.French));
        Assert.Equal("vendredi 1er janvier 2027 à 00:30", WaitingSentences.Moment(now + Duration.FromHours(1), zone, now, Language.French));
        Assert.Equal("Friday 1 January 2027 at 00:30", WaitingSentences.Moment(now + Duration.FromHours(1), zone, now, Language.English));
    }

    [Theory]
    [InlineData("NoRoom")]
    [InlineData("NotReserved")]
    [InlineData("ImagePullFailed")]
    [InlineData("ImageNotForNode")]
    [InlineData("Crashing")]
    [InlineData("ContainerRefused")]
    [InlineData("PodEnded")]
    [InlineData("MaterialsFailed")]
    [InlineData("Idle")]
    [InlineData("Absent")]
    [InlineData("OverQuota")]
    [InlineData("HomeNearlyFull")]
    public void Each_reason_of_a_seat_has_words_in_both_languages(string reason)
    {
        var (french, english) = (TileWords.Reason(reason, Language.French), TileWords.Reason(reason, Language.English));
        Assert.DoesNotContain(reason, french, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, english, StringComparison.Ordinal);
        Assert.NotEqual(french, english);
    }

    [Theory]
    [InlineData("ImageNotForNode")]
    [InlineData("NoNodeForImage")]
    [InlineData("ImageNotAllowed")]
    [InlineData("DocumentsWithoutCode")]
    [InlineData("DocumentsInvalid")]
    [InlineData("RepositoryUnreachable")]
    [InlineData("StorageInvalid")]
    [InlineData("PodEnded")]
    [InlineData("MaterialsFailed")]
    public void What_is_wrong_with_a_course_is_told_by_what_it_is(string reason) =>
        Assert.NotEqual("Le cours n’est pas comme il devrait être.", ConditionWords.Of(new() { Type = "Ready", Status = "False", Reason = reason }, Language.French));

    [Fact]
    public void No_line_breaks_before_a_French_sign()
    {
        var portal = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "MesoNet.IAaS.Portal"));
        var wrong =
            from path in Directory.EnumerateFiles(portal, "*.cs*", SearchOption.AllDirectories)
            where path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".cshtml", StringComparison.Ordinal)
            from line in File.ReadLines(path)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && BreakableSign.IsMatch(line)
            select $"{Path.GetFileName(path)}: {line.Trim()}";
        Assert.Empty(wrong);
    }

    // What is no French has no space there at all; a colon or a question mark may be C#'s own.
    private static readonly Regex BreakableSign = new(@"[\p{L}\p{N})] (?:;|!(?=[ "".<])|»)|«\x20|\p{L} [:?](?=""[,)])", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static string Here([CallerFilePath] string here = "") => here;
}
