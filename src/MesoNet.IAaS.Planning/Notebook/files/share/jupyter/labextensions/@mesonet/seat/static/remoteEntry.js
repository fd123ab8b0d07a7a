// A JupyterLab 4 extension written by hand, in the form that a build would give it (a module federation container): a seat's image needs
// no node and no build. It asks the server every few seconds whether the seat stops soon or the home, or a workspace's volume, is nearly full,
// shows that, and saves what is open at the end. The status bar says what the home takes.
(() => {
  'use strict';

  const SECONDS_BETWEEN_LOOKS = 15;
  const SECONDS_BETWEEN_MEASURES = 60;
  const SAVE_AT = [25, 10];
  // Browsers slow down the timers of a tab that nobody sees to one a minute.
  const SAVE_AT_WHERE_HIDDEN = 100;

  let shared = {};

  /**
   * A module that JupyterLab shares, whatever its version: only what all versions since 4.0 have is used of it. Where other extensions
   * bring one too, the one in use or the highest version is JupyterLab's choice, and must be ours: a second copy shows nothing.
   */
  async function load(name) {
    const versions = Object.entries(shared[name] || {}).sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }));
    if (versions.length === 0) throw new Error(`JupyterLab shares no ${name}.`);
    const [, chosen] = versions.find(([, version]) => version.loaded) || versions[0];
    return (await chosen.get())();
  }

  // Why a research workspace stops; a seat's notice has no reason.
  const REASONS = {
    lesson: ['un cours a besoin de sa place, il revient ensuite', 'a lesson needs its room, it comes back afterwards'],
    hours: ['ses heures sont finies, il revient ensuite', 'its hours are over, it comes back afterwards'],
    end: ['c’est son dernier jour', 'its last day is over'],
    idle: ['rien n’y est calculé', 'nothing is computed in it']
  };

  // JupyterLab cuts what is longer than 140 letters.
  function text(notice, french) {
    const time = notice.endsAt.slice(11, 16);
    const minutes = Math.ceil(notice.secondsLeft / 60);
    if (notice.why === 'stop') {
      return french
        ? 'L’espace s’arrête maintenant\u00a0: les documents ouverts sont enregistrés, ce qui est en mémoire est perdu.'
        : 'The workspace stops now: open documents are saved, what is in memory is lost.';
    }
    const reason = REASONS[notice.why];
    if (reason) {
      return french
        ? `L’espace s’arrête à ${time.replace(':', '\u00a0h\u00a0')}\u00a0: ${reason[0]}. Enregistrez vos points de reprise.`
        : `The workspace stops at ${time}: ${reason[1]}. Save your checkpoints.`;
    }
    if (french) {
      const when = minutes > 1 ? `dans ${minutes}\u00a0minutes` : 'dans moins d’une minute';
      return `Votre poste s’arrête à ${time.replace(':', '\u00a0h\u00a0')}, ${when}. Vos fichiers sont conservés et vos notebooks ouverts seront enregistrés.`;
    }
    const when = minutes > 1 ? `in ${minutes} minutes` : 'in less than a minute';
    return `Your seat stops at ${time}, ${when}. Your files are kept, and your open notebooks will be saved.`;
  }

  // The same bound of 140 letters.
  function homeText(home, french) {
    if (french) {
      return home.over
        ? `Votre dossier est plein\u00a0: ${home.french}. Supprimez des fichiers\u00a0: votre poste s’arrête s’il grandit encore.`
        : `Votre dossier est presque plein\u00a0: ${home.french}. Au-delà, votre poste est arrêté. Supprimez ce qui ne sert plus.`;
    }
    return home.over
      ? `Your home is full: ${home.english}. Delete files: your seat stops if it grows.`
      : `Your home is nearly full: ${home.english}. Beyond that your seat is stopped. Delete what you no longer need.`;
  }

  // A research workspace's volume; the same bound.
  function volumeText(volume, french) {
    if (french) {
      return volume.full
        ? `Le volume est plein\u00a0: il reste ${volume.french}. Rien ne s’enregistre plus\u00a0: faites de la place dans un terminal.`
        : `Le volume est presque plein\u00a0: il reste ${volume.french}. Supprimez ce qui ne sert plus, dans un terminal.`;
    }
    return volume.full
      ? `The volume is full: ${volume.english} left. Nothing can be saved any more: make room, in a terminal.`
      : `The volume is nearly full: ${volume.english} left. Delete what you no longer need, in a terminal.`;
  }

  class SeatNotice {
    constructor(app, Notification, request, isFrench) {
      Object.assign(this, { app, Notification, request, isFrench, id: null, message: null, saved: new Set(), endsAt: null, homeId: null, homeMessage: null });
    }

    async look() {
      let next = SECONDS_BETWEEN_LOOKS;
      try {
        const notice = await this.request();
        this.show(notice);
        this.showHome(notice);
        if (notice.warn) {
          this.saveWhereDue(notice.secondsLeft);
          const untilSaving = notice.secondsLeft - SAVE_AT[0];
          next = untilSaving > 0 ? Math.min(next, untilSaving + 1) : 5;
        }
      } catch (error) {
        // The server is away or about to go; JupyterLab itself says so.
        console.debug('mesonet: no notice to be had', error);
      }
      setTimeout(() => this.look(), next * 1000);
    }

    show(notice) {
      const { manager } = this.Notification;
      if (!notice.warn || notice.endsAt !== this.endsAt) this.saved.clear();
      this.endsAt = notice.endsAt;
      if (!notice.warn) {
        if (this.id !== null) this.Notification.dismiss(this.id);
        this.id = this.message = null;
        return;
      }
      const message = text(notice, this.isFrench());
      // An update shows what the student has closed once more: only where there is something new to say, which is once a minute.
      if (message === this.message) return;
      this.message = message;
      if (this.id !== null && manager.has(this.id)) this.Notification.update({ id: this.id, message, type: 'warning', autoClose: false });
      else this.id = this.Notification.warning(message, { autoClose: false });
    }

    // Beside the end's: both may be there.
    showHome({ home, volume }) {
      const { manager } = this.Notification;
      const message = volume ? volumeText(volume, this.isFrench()) : home ? homeText(home, this.isFrench()) : null;
      if (message === this.homeMessage) return;
      if (this.homeId !== null && manager.has(this.homeId)) this.Notification.dismiss(this.homeId);
      this.homeMessage = message;
      this.homeId = message === null ? null : this.Notification.warning(message, { autoClose: false });
    }

    saveWhereDue(secondsLeft) {
      for (const limit of document.hidden ? [SAVE_AT_WHERE_HIDDEN, ...SAVE_AT] : SAVE_AT) {
        if (secondsLeft > limit + 2 || this.saved.has(limit)) continue;
        this.saved.add(limit);
        const { commands } = this.app;
        if (commands.hasCommand('docmanager:save-all') && commands.isEnabled('docmanager:save-all')) {
          commands.execute('docmanager:save-all').catch(error => console.warn('mesonet: not all documents could be saved', error));
        }
        break;
      }
    }
  }

  // What the home takes, in the status bar: before it is nearly full, too.
  class HomeItem {
    constructor(widget, request, isFrench) {
      Object.assign(this, { widget, request, isFrench });
      widget.addClass('jp-StatusBar-TextItem');
      widget.id = 'mesonet-home';
    }

    async look() {
      try {
        // Nobody looks: nothing is measured.
        if (!document.hidden) this.show((await this.request()).home);
      } catch (error) {
        console.debug('mesonet: the home was not measured', error);
      }
      setTimeout(() => this.look(), (this.widget.node.textContent ? SECONDS_BETWEEN_MEASURES : SECONDS_BETWEEN_LOOKS) * 1000);
    }

    show(home) {
      if (!home) return;
      const french = this.isFrench();
      this.widget.node.lang = french ? 'fr' : 'en';
      this.widget.node.textContent = french ? `Dossier\u00a0: ${home.french}` : `Home: ${home.english}`;
      this.widget.node.title = french
        ? 'Ce que prend votre dossier personnel, mesuré chaque minute.'
        : 'What your home takes, measured each minute.';
    }
  }

  /** A module that this JupyterLab may not have. */
  async function loadIfThere(name) {
    try {
      return await load(name);
    } catch {
      return {};
    }
  }

  async function extension() {
    const [{ Notification }, { ServerConnection }, { URLExt }, { ITranslator }] = await Promise.all(
      ['@jupyterlab/apputils', '@jupyterlab/services', '@jupyterlab/coreutils', '@jupyterlab/translation'].map(load)
    );
    const [{ IStatusBar }, { Widget }] = await Promise.all(['@jupyterlab/statusbar', '@lumino/widgets'].map(loadIfThere));
    const plugin = {
      id: '@mesonet/seat:notice',
      description: 'Tells the student that the seat stops soon, and saves what is open.',
      autoStart: true,
      optional: IStatusBar && Widget ? [ITranslator, IStatusBar] : [ITranslator],
      activate: (app, translator, statusBar) => {
        const settings = app.serviceManager.serverSettings;
        const request = async what => {
          const response = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'mesonet', what), {}, settings);
          if (!response.ok) throw new Error(`${response.status}`);
          return await response.json();
        };
        const isFrench = () => [translator && translator.languageCode, navigator.language].some(code => /^fr/i.test(code || ''));
        app.restored.then(() => new SeatNotice(app, Notification, () => request('notice'), isFrench).look());
        if (!statusBar) return;
        const item = new Widget();
        statusBar.registerStatusItem('@mesonet/seat:home', { align: 'right', rank: 900, item });
        app.restored.then(() => new HomeItem(item, () => request('home'), isFrench).look());
      }
    };
    return { __esModule: true, default: plugin };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['@mesonet/seat'] = {
    init(scope) {
      shared = scope;
    },
    async get(module) {
      if (module !== './extension') throw new Error(`@mesonet/seat has no module ${module}.`);
      const made = await extension();
      return () => made;
    }
  };
})();
