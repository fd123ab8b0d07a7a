using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

/// <summary>Pages of lists, however their bytes arrive.</summary>
public sealed class ObjectListReaderTests
{
    private const string Page = """
        {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"next","remainingItemCount":7,"selfLink":{"unknown":[1,{}]}},
         "other":[{"items":[{"metadata":{"name":"not-an-item"}}]}],
         "items":[{"metadata":{"name":"a","namespace":"n","labels":{"é":"\u00e9 \"}]"}},"data":{"k":"v"}},
                  {"metadata":{"name":"b","namespace":"n"},"data":"this is no dictionary"},
                  {"metadata":{"name":"c","namespace":"n"},"data":{}}]}
        """;

    [Fact]
    public void A_page_reads_the_same_however_it_is_cut() =>
        Prop.ForAll<NonEmptyArray<byte>>(cuts =>
        {
            var page = Read(Page, [.. cuts.Get.Select(cut => 1 + (cut % 40))]);
            return page.Items.Select(item => item.Metadata.Name).SequenceEqual(["a", "c"])
                && page.Items[0].Metadata.Label("é") == "é \"}]" && page.Items[0].Data!["k"] == "v"
                && page.Items.All(item => item is { Kind: "ConfigMap", ApiVersion: "v1" })
                && page is { ResourceVersion: "42", Continue: "next" }
                && page.Unreadable.SequenceEqual([new ObjectKey("n", "b")]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_page_without_items_is_empty()
    {
        var page = Read("""{"metadata":{"resourceVersion":"1"},"items":null}""", [3]);
        Assert.Empty(page.Items);
        Assert.Null(page.Continue);
    }

    [Fact]
    public void A_page_that_is_cut_short_is_no_page()
    {
        for (var length = 0; length < Page.TrimEnd().Length; length += 7)
            Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(Page.TrimEnd()[..length], [11]));
    }

    private static ObjectPage<ConfigMap> Read(string text, IReadOnlyList<int> cuts)
    {
        using var stream = new DribblingStream(Encoding.UTF8.GetBytes(text), cuts);
#pragma warning disable VSTHRD002 // FsCheck's properties are synchronous, and nothing here waits for anything.
        return new ObjectListReader<ConfigMap>().ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class DribblingStream(byte[] bytes, IReadOnlyList<int> cuts) : MemoryStream(bytes)
    {
        private int reads;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, cuts[reads++ % cuts.Count])]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
