using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Kubernetes.Watching;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class SerializationTests
{
    [Theory]
    [InlineData("2026-11-20T08:00:00Z")]
    [InlineData("2026-11-20T08:00:00.1Z")]
    [InlineData("2026-11-20T08:00:00.123456789Z")]
    public void A_micro_time_is_read_with_any_number_of_digits_and_written_with_six(string text)
    {
        var spec = JsonSerializer.Deserialize<LeaseSpec>($$"""{"renewTime":"{{text}}"}""", KubernetesJson.Options)!;
        var written = JsonNode.Parse(JsonSerializer.Serialize(spec, KubernetesJson.Options))!["renewTime"]!.GetValue<string>();
        Assert.Equal("2026-11-20T08:00:00.".Length + "000000Z".Length, written.Length);
        Assert.StartsWith(text.TrimEnd('Z').Split('.')[0], written, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_is_read_and_written_by_generated_code()
    {
        var kinds = typeof(Pod).Assembly.GetTypes().Concat(typeof(MesoNet.IAaS.Resources.Courses.Seat).Assembly.GetTypes())
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(KubernetesObject))).ToList();
        Assert.True(kinds.Count > 15);
        Assert.All(kinds, kind => Assert.IsNotType<System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver>(KubernetesJson.Options.GetTypeInfo(kind).OriginatingResolver));
    }

    [Fact]
    public void Any_text_survives_yaml() => Prop.ForAll<NonNull<string>>(text =>
    {
        // Control characters are not allowed in YAML at all, nor in what Kubernetes stores.
        var clean = string.Concat(text.Get.Where(character => !char.IsControl(character) && !char.IsSurrogate(character)));
        var json = new JsonObject { ["text"] = clean, ["list"] = new JsonArray(clean, $"{clean}\nsecond line") };
        var read = Assert.Single(KubernetesYaml.ReadDocuments(KubernetesYaml.WriteNode(json)));
        return JsonNode.DeepEquals(json, read);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("true")]
    [InlineData("3")]
    [InlineData("1.5")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("-7")]
    public void Text_that_looks_like_something_else_stays_text(string text)
    {
        var read = KubernetesYaml.ReadDocuments(KubernetesYaml.WriteNode(new JsonObject { ["value"] = text }))[0];
        Assert.Equal(text, read["value"]!.GetValue<string>());
    }

    [Fact]
    public void A_local_time_in_yaml_is_text() =>
        Assert.Equal("2026-11-23T14:00", KubernetesYaml.ReadDocuments("start: 2026-11-23T14:00")[0]["start"]!.GetValue<string>());

    [Fact]
    public void Any_text_survives_json_and_an_emoji_is_not_escaped()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            var wellFormed = string.Concat(text.Get.EnumerateRunes());
            return JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(wellFormed, KubernetesJson.Options), KubernetesJson.Options) == wellFormed;
        }).QuickCheckThrowOnFailure();
        Assert.Equal("\"😀 \\\"é\\u0007\\\\\"", JsonSerializer.Serialize("😀 \"é\a\\", KubernetesJson.Options));
    }

    [Fact]
    public async Task Lines_are_found_however_the_stream_is_cut()
    {
        var lines = Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), i * 1000 % 40_000)).Where(line => line.Length > 0).ToList();
        var reader = new LineReader(new DribblingStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\ncut off"), 7001));
        foreach (var line in lines) Assert.Equal(line, Encoding.UTF8.GetString((await reader.ReadAsync(CancellationToken.None))!.Value.Span));
        Assert.Null(await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public void An_error_in_a_watch_is_told_by_its_code()
    {
        var line = """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410}}"""u8.ToArray();
        var exception = Assert.Throws<KubernetesApiException>(() => WatchEvent<Pod>.Decode(line));
        Assert.True(exception.IsGone);
    }

    [Fact]
    public void A_bookmark_has_a_version_and_nothing_else()
    {
        var line = """{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"42","creationTimestamp":null},"spec":{"containers":null},"status":{}}}"""u8.ToArray();
        Assert.Equal(new WatchEvent<Pod>.Bookmark("42"), WatchEvent<Pod>.Decode(line));
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class DribblingStream(byte[] bytes, int atMost) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atMost)], cancellationToken);
    }
}
