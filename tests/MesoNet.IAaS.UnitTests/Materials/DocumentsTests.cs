namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>The documents lie in the homes' volume: what did not change is not copied again, and what no seat has goes.</summary>
public sealed class DocumentsTests : IDisposable
{
    private readonly CourseVolume course = new();

    public DocumentsTests()
    {
        course.Settings["DOCUMENTS_PATH"] = "documents";
        course.Settings["DOCUMENTS_KEY"] = "9b16b44d";
    }

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task A_commit_that_leaves_the_documents_as_they_were_is_no_new_copy_of_them()
    {
        var first = await TeachAsync("1", documents: "un");
        var second = await TeachAsync("2", documents: "un");
        Assert.Equal(first, second);
        Assert.Equal([first], Copies());
        Assert.Equal("un", await File.ReadAllTextAsync(Path.Combine(Above, first, "cours.md")));
        // Nor is it asked for again what is there.
        course.Settings["REF"] = course.Git("rev-parse", "HEAD").Trim();
        Directory.Delete(Path.Combine(course.Repository, ".git"), recursive: true);
        Assert.Equal(first, await RunAsync());
    }

    [Fact]
    public async Task What_no_seat_has_had_for_an_hour_goes_and_what_one_has_stays()
    {
        var first = await TeachAsync("1", documents: "un");
        var second = await TeachAsync("2", documents: "deux");
        var third = await TeachAsync("3", documents: "trois");
        // As new as they are, a seat that is just being made may have them.
        Assert.Equal(new[] { first, second, third }.Order(StringComparer.Ordinal), Copies());
        foreach (var copy in Copies()) Directory.SetLastWriteTimeUtc(Path.Combine(Above, copy), DateTime.UnixEpoch);
        course.Settings["DOCUMENTS_KEPT"] = first;
        Assert.Equal(third, await RunAsync());
        Assert.Equal(new[] { first, third }.Order(StringComparer.Ordinal), Copies());
    }

    private string Above => Path.Combine(course.Volume, "documents");

    private IEnumerable<string> Copies() => Directory.EnumerateDirectories(Above).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private async Task<string> TeachAsync(string code, string documents)
    {
        course.Teach(() =>
        {
            course.Write("tp1.py", code);
            course.Write("documents/cours.md", documents);
        });
        return await RunAsync();
    }

    private async Task<string> RunAsync() => $"{(await course.RunAsync())["documents"]}-9b16b44d";
}
