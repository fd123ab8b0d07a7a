using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.UnitTests.Portal;

public sealed class OwnPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/seats/s0123456789abcdefabcd?did=hand-in")]
    [InlineData("/open/s01?to=%2Fs%2Fcourse%2Fstudent01%2Flab")]
    [InlineData("/courses/r%C3%A9seaux?x=https://other.example")]
    public void A_path_of_the_portal_is_one(string path) => Assert.True(LinkEndpoints.IsOwnPath(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://other.example/")]
    [InlineData("//other.example")]
    [InlineData("///other.example")]
    [InlineData("/\\other.example")]
    [InlineData("\\\\other.example")]
    [InlineData("/\t/other.example")]
    [InlineData("/\n/other.example")]
    [InlineData("/a\r\nSet-Cookie: mesonet=x")]
    [InlineData(" //other.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("seats")]
    [InlineData("/a\\b")]
    // Headers hold ASCII alone; the server would fail instead of answering.
    [InlineData("/é")]
    [InlineData("/\u2028")]
    [InlineData("/\x7f")]
    public void What_leads_elsewhere_or_breaks_a_header_is_none(string? path) => Assert.False(LinkEndpoints.IsOwnPath(path));
}
