using MesoNet.IAaS.Portal.Texts;
using NodaTime;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What a waiting student reads: one plain sentence, and when it may go on.</summary>
internal static class WaitingSentences
{
    /// <summary>What happens now, in a few words.</summary>
    public static string Title(SeatOutlook outlook, Language language) => outlook.Step switch
    {
        SeatStep.Ready => language.Say("Votre environnement est prêt", "Your environment is ready"),
        SeatStep.Asked => language.Say("Votre environnement va démarrer", "Your environment is about to start"),
        SeatStep.Queued => language.Say("Votre environnement attend une place", "Your environment waits for room"),
        SeatStep.Preparing => language.Say("Votre environnement se prépare", "Your environment is being prepared"),
        SeatStep.Starting => language.Say("JupyterLab démarre", "JupyterLab is starting"),
        SeatStep.Stopping => language.Say("Votre environnement s’arrête", "Your environment is stopping"),
        SeatStep.Stopped => language.Say("Votre environnement est arrêté", "Your environment is stopped"),
        SeatStep.Closed => language.Say("Votre environnement est fermé pour l’instant", "Your environment is closed for now"),
        _ => language.Say("Votre environnement ne peut pas démarrer", "Your environment cannot start"),
    };

    /// <summary>What that means for the student.</summary>
    public static string Sentence(SeatOutlook outlook, Language language) => outlook.Step switch
    {
        SeatStep.Ready => language.Say("JupyterLab s’ouvre.", "JupyterLab is opening."),
        SeatStep.Asked => language.Say("Il est demandé\u00a0; cela prend quelques secondes.", "It has been asked for; this takes some seconds."),
        SeatStep.Queued or SeatStep.Preparing or SeatStep.Starting => WaitSentences.Of(outlook, language),
        SeatStep.Stopping => language.Say("Votre travail est conservé. Vous pourrez le redémarrer dans quelques secondes.", "Your work is kept. You can start it again in some seconds."),
        SeatStep.Stopped => language.Say("Votre travail est conservé. Vous pouvez le redémarrer maintenant.", "Your work is kept. You can start it again now."),
        SeatStep.Closed => Opening(outlook, language),
        _ => language.Say("Votre enseignant peut voir pourquoi\u00a0; votre travail est conservé.", "Your teacher can see why; your work is kept."),
    };

    /// <summary>A moment in the course's zone: « lundi 23 novembre à 14:00 ».</summary>
    public static string Moment(Instant moment, DateTimeZone zone, Language language) => Moment(moment, zone, language, "");

    /// <summary>The same, with the year where that is not this one.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="zone">The zone of the course or the workspace.</param>
    /// <param name="now">When it is read.</param>
    /// <param name="language">The reader's language.</param>
    public static string Moment(Instant moment, DateTimeZone zone, Instant now, Language language) =>
        Moment(moment, zone, language, moment.InZone(zone).Year == now.InZone(zone).Year ? "" : " yyyy");

    private static string Moment(Instant moment, DateTimeZone zone, Language language, string year)
    {
        var local = moment.InZone(zone).ToDateTimeUnspecified();
        return language.Say(local, language.Say($"dddd d MMMM{year} 'à' HH:mm", $"dddd d MMMM{year} 'at' HH:mm"));
    }

    private static string Opening(SeatOutlook outlook, Language language) => outlook switch
    {
        { Now.Stage: Resources.Courses.Stage.Closed } => language.Say("Le cours est terminé.", "The course is over."),
        { NextLesson: { } next } => language.Say(
            $"La prochaine séance est {Moment(next.Start, outlook.Zone, language)}\u00a0; il ouvrira un peu avant.", $"The next lesson is on {Moment(next.Start, outlook.Zone, language)}; it opens shortly before."),
        _ => language.Say("Aucune séance n’est prévue\u00a0: demandez à votre enseignant.", "No lesson is planned: ask your teacher."),
    };
}
