using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1000m", "1")]
    [InlineData("2Gi", "2147483648")]
    [InlineData("1e3", "1k")]
    [InlineData("0.5", "500m")]
    [InlineData("20480Mi", "20Gi")]
    public void Quantities_of_the_same_value_are_equal(string left, string right) => Assert.Equal(new Quantity(left), new Quantity(right));

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1 Gi")]
    [InlineData("1gb")]
    [InlineData("1,5")]
    public void What_is_no_quantity_is_refused(string text) => Assert.False(Quantity.IsValid(text));

    [Theory]
    [InlineData("99999999999999999999999999Ei")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("9999999999999e28")]
    public void An_absurd_number_is_read_as_the_largest_there_is(string text) => Assert.Equal(decimal.MaxValue, new Quantity(text).Value);

    [Fact]
    public void A_quantity_keeps_the_text_it_was_written_as() => Assert.Equal("20480Mi", new Quantity("20480Mi").ToString());

    [Fact]
    public void Whole_numbers_order_as_their_quantities_do() => Prop.ForAll<int, int>((a, b) =>
        Math.Sign(new Quantity($"{a}Mi").CompareTo(new Quantity($"{b}Mi"))) == Math.Sign(a.CompareTo(b))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_port_written_as_text_stays_text()
    {
        var probe = JsonSerializer.Deserialize<HttpGetAction>("""{"port":"8080"}""", KubernetesJson.Options)!;
        Assert.Equal("8080", probe.Port!.Value.Text);
        Assert.Equal("""{"port":"8080"}""", JsonSerializer.Serialize(probe, KubernetesJson.Options));
    }
}
