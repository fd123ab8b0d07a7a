namespace MesoNet.IAaS.Portal.Texts;

/// <summary>Which language a reader gets: the one they chose, else their browser's, else French.</summary>
internal static class Languages
{
    /// <summary>The cookie that keeps the choice.</summary>
    public const string Cookie = "mesonet-language";

    /// <summary>The language of a request.</summary>
    public static Language Of(HttpRequest request)
    {
        if (request.Cookies[Cookie] is { } chosen) return Language.Of(chosen);
        foreach (var accepted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1))
        {
            var code = accepted.Value.ToString();
            if (code.StartsWith("fr", StringComparison.OrdinalIgnoreCase)) return Language.French;
            if (code.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return Language.English;
        }

        return Language.French;
    }
}
