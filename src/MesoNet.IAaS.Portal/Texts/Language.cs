using System.Globalization;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>
/// The language of a reader. A text stands once in the code, in both languages beside each other: <c>language.Say("Démarrer", "Start")</c>;
/// so none can be forgotten, and whoever changes one sees the other.
/// </summary>
public sealed class Language
{
    /// <summary>French, which everybody gets who does not ask for English.</summary>
    public static Language French { get; } = new("fr", CultureOf("fr-FR"));

    /// <summary>English.</summary>
    public static Language English { get; } = new("en", CultureOf("en-GB"));

    private Language(string code, CultureInfo culture) => (Code, Culture) = (code, culture);

    /// <summary>Its code, as in the <c>lang</c> of a page: fr or en.</summary>
    public string Code { get; }

    /// <summary>How numbers and dates are written in it.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The language of a code; French where there is no such.</summary>
    public static Language Of(string? code) => code == English.Code ? English : French;

    /// <summary>The text in this language.</summary>
    /// <param name="french">In French, with no-break spaces where French typography wants them.</param>
    /// <param name="english">In English.</param>
    public string Say(string french, string english) => this == French ? french : english;

    /// <summary>A date or time of a calendar. The first of a month is « 1er » in French, every other day a plain number.</summary>
    /// <param name="moment">The date and time, of no zone.</param>
    /// <param name="pattern">How, as .NET's custom formats write it.</param>
    public string Say(DateTime moment, string pattern) =>
        moment.ToString(this == French && moment.Day == 1 ? pattern.Replace("d MMMM", "'1er' MMMM", StringComparison.Ordinal) : pattern, Culture);

    // Written here rather than taken from the system: the program runs with the invariant culture only, wherever it runs.
    private static CultureInfo CultureOf(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        if (name == "fr-FR")
        {
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NumberGroupSeparator = "\u202f";
            culture.DateTimeFormat.DayNames = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
            culture.DateTimeFormat.AbbreviatedDayNames = ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."];
            // With a day before it a month stands in what .NET calls the genitive.
            culture.DateTimeFormat.MonthNames = culture.DateTimeFormat.MonthGenitiveNames = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre", ""];
        }

        return CultureInfo.ReadOnly(culture);
    }
}
