using System.Net;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Portal;

public sealed class AccessNetworksTests
{
    private static readonly AccessNetworks Site = new(new[] { "teaching=192.0.2.0/24,2001:db8:1::/48", "research=198.51.100.128/25" }
        .Select(AccessNetworks.Parse).ToDictionary(pair => pair.Name, pair => pair.Networks, StringComparer.Ordinal));

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.255", true)]
    [InlineData("192.0.3.0", false)]
    [InlineData("198.51.100.200", false)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.3.1", false)]
    [InlineData("::192.0.2.1", false)]
    [InlineData("2001:db8:1::1", true)]
    [InlineData("2001:db8:1:ffff::", true)]
    [InlineData("2001:db8:2::1", false)]
    [InlineData(null, false)]
    public void A_course_of_the_teaching_network_is_open_from_there_alone(string? client, bool isOpen) =>
        Assert.Equal(isOpen, Site.Admit(Course("teaching").Spec.Access, client is null ? null : IPAddress.Parse(client)));

    [Fact]
    public void One_of_several_networks_is_enough()
    {
        Assert.True(Site.Admit(Course("teaching", "research").Spec.Access, IPAddress.Parse("198.51.100.200")));
        Assert.False(Site.Admit(Course("teaching", "research").Spec.Access, IPAddress.Parse("198.51.100.1")));
    }

    [Theory]
    [InlineData("techning")]
    [InlineData("Teaching")]
    [InlineData("")]
    public void A_network_that_the_site_does_not_know_opens_to_nobody(string name) => Assert.False(Site.Admit(Course(name).Spec.Access, IPAddress.Parse("192.0.2.1")));

    [Fact]
    public void Any_and_no_network_at_all_are_open_to_everybody()
    {
        Assert.True(Site.Admit(Course("any").Spec.Access, IPAddress.Parse("203.0.113.1")));
        Assert.True(Site.Admit(Course("techning", "any").Spec.Access, client: null));
        Assert.True(Site.Admit(Course().Spec.Access, IPAddress.Parse("203.0.113.1")));
    }

    [Theory]
    [InlineData("teaching")]
    [InlineData("=192.0.2.0/24")]
    [InlineData("teaching=")]
    [InlineData("teaching=192.0.2.1/24")]
    [InlineData("teaching=192.0.2.0/24,")]
    [InlineData("teaching=campus")]
    public void What_is_no_network_is_told(string text) => Assert.Throws<FormatException>(() => AccessNetworks.Parse(text));

    private static ClassroomEnvironment Course(params string[] networks) =>
        new() { Metadata = new() { Name = "course" }, Spec = new() { Template = new() { Name = "template" }, Access = new() { Networks = networks } } };
}
