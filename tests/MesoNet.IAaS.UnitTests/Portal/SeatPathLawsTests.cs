using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Portal.Gateway;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Whatever path is let to a seat stays within it, however it is read on the way.</summary>
public sealed class SeatPathLawsTests
{
    private const string Base = "/s/course/student01/";

    // What paths leave by, whole and in parts, encoded up to six times, and some that mean no harm.
    private static readonly string[] Pieces =
    [
        "/", "/", "/", "..", "..", ".", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", "%252e", "%252f", "%25252e%25252e", "%2525252f", "%252525252e", "%25252525252e", "%2525252525252e", "%", "%2", "25", "2e", "2f", "5c",
        "e", "?", "%3f", "#", "%23", ";", "%00", "%2500", "%c0%ae", "%e2%80%a6", "lab", "api/contents", "notes.ipynb", "a%20b", "100%25", "s", "course", "student02", ":", "@", "~", " ", "\t", "é", "%0d%0a",
    ];

    [Fact]
    public void What_is_let_in_stays_below_the_base_path_however_often_it_is_decoded()
    {
        var (accepted, withDots) = (0, 0);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var target = (random.Next(10) == 0 ? "/s/course/" : Base) + string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (!SeatPath.IsWithin(target, Base)) return true;
            accepted++;
            if (target.Contains("%25", StringComparison.Ordinal)) withDots++;
            if (Readings(target).FirstOrDefault(reading => !IsBelow(reading)) is { } outside) Assert.Fail($"{target} is let in, and may be read as {outside}.");
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Assert.True(accepted > 1_000 && withDots > 100, $"Only {accepted} were let in, {withDots} of them encoded more than once.");
    }

    [Theory]
    [InlineData("lab")]
    [InlineData("")]
    [InlineData("api/contents/notes.ipynb?content=1&hash=0")]
    [InlineData("api/contents/..notes/a..b/...")]
    [InlineData("files/100%25.txt")]
    [InlineData("files/100%2525.txt")]
    [InlineData("files/r%C3%A9sum%C3%A9%20(1).ipynb")]
    [InlineData("lab/tree/a%3Fb%23c?reset&path=../..")]
    [InlineData("api/kernels/0d5e-1/channels?session_id=%2e%2e")]
    [InlineData("files/50%/x")]
    public void What_JupyterLab_asks_for_is_let_in(string path) => Assert.True(SeatPath.IsWithin(Base + path, Base));

    [Theory]
    [InlineData("/s/course/student01")]
    [InlineData("/s/course/student02/lab")]
    [InlineData("/S/course/student01/lab")]
    [InlineData("//s/course/student01/lab")]
    [InlineData("http://other.example/s/course/student01/lab")]
    [InlineData("/s/course/student01/../student02/lab")]
    [InlineData("/s/course/student01/..")]
    [InlineData("/s/course/student01/%2e%2e/student02/lab")]
    [InlineData("/s/course/student01/..%2fstudent02/lab")]
    [InlineData("/s/course/student01/..%5cstudent02/lab")]
    [InlineData("/s/course/student01/%252e%252e/student02/lab")]
    [InlineData("/s/course/student01/%2525252525252e%2525252525252e/student02/lab")]
    [InlineData("/s/course/student01/%%32%65%%32%65/student02/lab")]
    [InlineData("/s/course/student01/a%00b")]
    [InlineData("/s/course/student01/a b")]
    [InlineData("/s/course/student01/a\\b")]
    [InlineData("/s/course/student01/a\r\nHost: b")]
    [InlineData("/s/course/student01/é")]
    [InlineData("/s/course/student01/a#/../../student02/lab")]
    [InlineData("/s/course/student01/a%3f/../../student02/lab")]
    [InlineData("/s/course/student01/..#/lab")]
    [InlineData("/s/course/student01/..%3f/lab")]
    [InlineData("*")]
    [InlineData("")]
    public void What_leads_out_is_not(string target) => Assert.False(SeatPath.IsWithin(target, Base));

    [Fact]
    public void A_path_without_end_is_not_let_in() => Assert.False(SeatPath.IsWithin(Base + new string('a', 9_000), Base));

    // As it is, and decoded once, twice ... until nothing changes; written here anew, byte by byte, so as not to share a mistake with what is tested.
    private static IEnumerable<string> Readings(string target)
    {
        var path = target.Split('?')[0];
        for (var before = ""; path != before; path = Decoded(path))
        {
            yield return path;
            // One that decodes before it looks for a query or a fragment.
            yield return path.Split('?', '#')[0];
            before = path;
        }
    }

    private static string Decoded(string text)
    {
        var decoded = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                decoded.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }

    private static bool IsBelow(string path)
    {
        List<string> parts = [];
        foreach (var part in path.Split('/', '\\'))
        {
            if (part == "..")
            {
                if (parts.Count == 0) return false;
                parts.RemoveAt(parts.Count - 1);
                if (parts.Count < 4) return false;
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts).StartsWith(Base.TrimEnd('/'), StringComparison.Ordinal) && parts is ["", "s", "course", "student01", ..];
    }
}
